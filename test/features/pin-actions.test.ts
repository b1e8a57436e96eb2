import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CodeAction } from 'vscode-languageserver';
import { CODE_ACTION_KINDS, codeActions } from '../../server/src/features/code-action.ts';
import { applied, contextOf, open, podOf } from '../helpers/editor.ts';
import { DIGEST, IMAGE_ID, NOW, OTHER_DIGEST, bareRecord, dockerRecord } from '../helpers/records.ts';
import { storeOf } from '../helpers/store-view.ts';

const STORE = storeOf({
  'docker://registry.example/web:1': dockerRecord(),
  'docker://registry.example/web:2': dockerRecord(),
  'docker://registry.example/web:3': dockerRecord({}, null),
  'docker://registry.example/moved:1': dockerRecord({ movedTo: OTHER_DIGEST }),
  'example.com/app,arch=amd64,os=linux,version=1.0': bareRecord,
});

function actions(marked: string, appliesEdits = false, languageId = 'yaml') {
  const { snapshot, range } = open(marked, languageId);
  const found = codeActions(snapshot, range, {}, contextOf({ store: STORE, client: { appliesEdits } }));
  const pins = found.filter(({ title }) => /^(?:Pin|Unpin|Update) /.test(title));
  const texts = pins.map((action) => applied(snapshot, action));
  return { pins, titles: pins.map(({ title }) => title), texts };
}

const commandsOf = (pins: readonly CodeAction[]): unknown[] =>
  pins.flatMap(({ command }) => (command?.arguments ?? []) as unknown[]);

const [web, moved] = ['registry.example/web', 'registry.example/moved'];
const caret = (image: string): string => podOf(`image: ${image.slice(0, -1)}‸${image.slice(-1)}`);

describe('pinActions', () => {
  it('pin an image, and say to what and how old that knowledge is', () => {
    const { pins, titles, texts } = actions(caret(`${web}:1`));
    assert.deepEqual(titles, [
      `Pin "${web}:1" to the digest in the store (sha256:cdcdcdcdcdcd, checked 3 min ago)`,
    ]);
    assert.equal(pins[0]?.kind, 'quickfix');
    assert.equal(texts[0], podOf(`image: ${web}:1@${DIGEST}`));
    assert.match(
      actions(caret(`${moved}:1`)).titles.join(),
      /, checked 3 min ago; the tag has moved since\)$/,
    );
  });

  it('are not offered for what came from a file: no registry need have its digest', () => {
    assert.deepEqual(actions(caret(`${web}:3`)).titles, []);
  });

  it('unpin it', () => {
    const { pins, titles, texts } = actions(caret(`${web}:1@${DIGEST}`));
    assert.deepEqual(titles, [`Unpin "${web}:1"`]);
    assert.equal(pins[0]?.kind, 'refactor.rewrite');
    assert.equal(texts[0], podOf(`image: ${web}:1`));
  });

  it('update the pin where the store knows that the tag leads elsewhere', () => {
    const { pins, titles, texts } = actions(caret(`${moved}:1@${DIGEST}`));
    assert.deepEqual(titles, [
      `Update pin of "${moved}:1" to sha256:efefefefefef (checked 3 min ago)`,
      `Unpin "${moved}:1"`,
    ]);
    assert.equal(pins[0]?.kind, 'quickfix');
    assert.equal(texts[0], podOf(`image: ${moved}:1@${OTHER_DIGEST}`));
  });

  it('say that an alias is changed where it is defined', () => {
    const { titles, texts } = actions(`x: &img ${web}:1\n${podOf('image: *i‸mg')}`);
    assert.match(titles.join(), /^Pin "registry\.example\/web:1" to .*\), where "\*img" is defined$/);
    assert.equal(texts[0], `x: &img ${web}:1@${DIGEST}\n${podOf('image: *img')}`);
  });

  it('are made together for a selection', () => {
    const { titles, texts } = actions(
      `‸${podOf(`image: ${web}:1`, `image: "${web}:2"`, `image: ${moved}:1@${DIGEST}`, `image: ${web}:1@${DIGEST}`)}‸`,
    );
    assert.deepEqual(titles, [
      'Pin 2 images to their digests in the store',
      `Update pin of "${moved}:1" to sha256:efefefefefef (checked 3 min ago)`,
      'Unpin 2 images',
    ]);
    assert.equal(
      texts[0],
      podOf(
        `image: ${web}:1@${DIGEST}`,
        `image: "${web}:2@${DIGEST}"`,
        `image: ${moved}:1@${DIGEST}`,
        `image: ${web}:1@${DIGEST}`,
      ),
    );
  });

  it('offer the file and the workspace to a client that makes edits', () => {
    const uri = 'file:///pod.yaml';
    const pin = actions(caret(`${web}:1`), true);
    assert.deepEqual(pin.titles.slice(1), [
      'Pin all images of this file',
      'Pin all images of the workspace…',
    ]);
    assert.deepEqual(commandsOf(pin.pins), [
      { scope: 'file', uri, what: 'pin' },
      { scope: 'workspace', what: 'pin' },
    ]);
    const update = actions(caret(`${moved}:1@${DIGEST}`), true);
    assert.deepEqual(commandsOf(update.pins), [
      { scope: 'file', uri, what: 'update' },
      { scope: 'file', uri, what: 'unpin' },
    ]);
    for (const { kind } of [...pin.pins, ...update.pins])
      assert.ok(kind !== undefined && CODE_ACTION_KINDS.includes(kind));
  });

  it('are not offered where there is nothing to do', () => {
    for (const image of ['nginx:1', `${web}@${DIGEST}`, 'registry.example/web:{{ .x }}', 'shop/Web'])
      assert.deepEqual(actions(caret(image), true).titles, [], image);
  });

  it('leave the ID of an app to its own action, and take it away', () => {
    const app = (more: string): string =>
      `{ "acKind": "PodManifest", "apps": [{ "image": { "name": "example.com/a‸pp"${more}, "labels": [{ "name": "version", "value": "1.0" }] } }] }`;
    assert.deepEqual(actions(app(''), true, 'json').titles, [
      'Pin all images of this file',
      'Pin all images of the workspace…',
    ]);
    const { titles, texts } = actions(app(`, "id": "${IMAGE_ID}"`), false, 'json');
    assert.deepEqual(titles, ['Unpin "example.com/app:1.0"']);
    assert.equal(texts[0], app('').replace('‸', ''));
  });

  it('tell the age of what is known at the moment they are offered', () => {
    const { snapshot, range } = open(caret(`${web}:1`));
    const later = contextOf({ store: STORE, now: NOW + 3_600_000 });
    const titles = codeActions(snapshot, range, { only: ['quickfix'] }, later).map(({ title }) => title);
    assert.match(titles.join(), /checked 1 h ago\)/);
  });
});
