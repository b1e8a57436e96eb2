import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CodeAction } from 'vscode-languageserver';
import { CODE_ACTION_KINDS, codeActions } from '../../server/src/features/code-action.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';

const POD = podOf('image: shop/W‸eb', 'image: nginx:1\nimagePullPolicy: Never');

function actions(only?: string[], marked = POD): CodeAction[] {
  const { snapshot, range } = open(marked);
  return codeActions(snapshot, range, only ? { only } : {}, contextOf());
}

describe('codeActions', () => {
  it('puts repairs first, then fetches, then what silences', () => {
    const { snapshot, range } = open(
      podOf('image: nginx:1\nimagePullPolicy: nev‸er\nimagepullpolicy: Never'),
    );
    assert.deepEqual(
      codeActions(snapshot, range, {}, contextOf()).map(({ title }) => title),
      [
        'Change to Never',
        'Fetch "nginx:1"',
        'Fetch "nginx:1" with --force-fetch',
        'Fetch "nginx:1" with --no-cache',
        'Fetch the missing image of Pod web',
        'Prepare Pod web',
        'Silence unknown-pull-policy for this line',
        'Silence unknown-pull-policy for this line, by a comment above',
        'Silence unknown-pull-policy for this file',
      ],
    );
  });

  it('has kinds that the server announces', () => {
    for (const { kind } of actions()) assert.ok(kind !== undefined && CODE_ACTION_KINDS.includes(kind));
  });

  it('gives only the kinds that are asked for', () => {
    const kinds = (only?: string[]) => [...new Set(actions(only).map(({ kind }) => kind))].sort();
    assert.deepEqual(kinds(), ['larder.fetch', 'quickfix']);
    assert.deepEqual(kinds(['']), ['larder.fetch', 'quickfix']);
    assert.deepEqual(kinds(['larder']), ['larder.fetch']);
    assert.deepEqual(kinds(['quickfix']), ['quickfix']);
    assert.deepEqual(kinds(['source', 'quick']), []);
  });

  it('has none away from images', () => {
    assert.deepEqual(actions(undefined, podOf('im‸age: nginx:1')), []);
  });
});
