import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CodeAction } from 'vscode-languageserver';
import { codeActions } from '../../server/src/features/code-action.ts';
import { diagnostics } from '../../server/src/features/diagnostics.ts';
import { applied, contextOf, open, podOf } from '../helpers/editor.ts';
import type { Marked } from '../helpers/editor.ts';

function silences(opened: Marked): CodeAction[] {
  const { snapshot, range } = opened;
  return codeActions(snapshot, range, {}, contextOf()).filter(({ title }) => title.startsWith('Silence'));
}

/** The texts that the actions of a marked text make. */
function texts(marked: string): string[] {
  const opened = open(marked);
  return silences(opened).map((action) => applied(opened.snapshot, action));
}

const rulesIn = (text: string): unknown[] =>
  diagnostics(open(text).snapshot, contextOf()).map(({ code }) => code);

describe('silenceActions', () => {
  it('writes a comment on the line, above it, or on top of the file', () => {
    assert.deepEqual(texts(podOf('image: shop/W‸eb  ')), [
      podOf('image: shop/Web # larder-disable-line invalid-reference  '),
      podOf('# larder-disable-next-line invalid-reference\nimage: shop/Web  '),
      `# larder-disable invalid-reference\n${podOf('image: shop/Web  ')}`,
    ]);
  });

  it('writes what silences, whatever the style of the text', () => {
    const styles = [
      podOf('image: shop/W‸eb'),
      podOf('image: shop/W‸eb').replaceAll('\n', '\r\n'),
      podOf('image: "shop/W‸eb" # why'),
      podOf('image: nginx\nimagepull‸policy: Never'),
      `\u{FEFF}${podOf('image: shop/W‸eb')}`,
      'apiVersion: v1\nkind: Pod\nspec: { containers: [{ name: a, image: shop/W‸eb }] }',
    ];
    for (const style of styles) {
      const made = texts(style);
      assert.equal(made.length, 3);
      for (const text of made) assert.deepEqual(rulesIn(text), [], JSON.stringify(text));
    }
  });

  it('adds a rule to a comment that is there already', () => {
    const [onLine, above] = texts(
      podOf('# larder-disable-next-line stale-image\nimage: shop/W‸eb # larder-disable-line moved-tag'),
    );
    assert.match(onLine ?? '', /# larder-disable-line invalid-reference moved-tag\n/);
    assert.match(above ?? '', /# larder-disable-next-line invalid-reference stale-image\n/);
  });

  it('writes no comment where it would become part of a value', () => {
    for (const value of ['image: >-\n  shop/W‸eb', 'image: "shop/W‸eb\n  more"']) {
      assert.deepEqual(
        silences(open(podOf(value))).map(({ title }) => title),
        ['Silence invalid-reference for this file'],
        value,
      );
    }
  });

  it('writes no comment into JSON', () => {
    const json = '{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"name":"a","image":"shop/W‸eb"}]}}';
    assert.deepEqual(silences(open(json, 'json')), []);
  });

  it('is offered once a rule for a selection', () => {
    assert.equal(silences(open(`‸${podOf('image: shop/Web', 'image: shop/Api')}‸`)).length, 3);
  });

  it('leads to the setting where the client can open it', () => {
    const { snapshot, range } = open(podOf('image: shop/W‸eb'));
    const commands = (openSettings: boolean) =>
      codeActions(snapshot, range, {}, contextOf({ client: { openSettings } })).flatMap(
        ({ command }) => command ?? [],
      );
    assert.deepEqual(commands(false), []);
    assert.deepEqual(commands(true), [
      {
        title: 'Configure the severity of invalid-reference',
        command: 'workbench.action.openSettings',
        arguments: ['larder.diagnostics.severity'],
      },
    ]);
  });
});
