import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CodeAction } from 'vscode-languageserver';
import { codeActions } from '../../server/src/features/code-action.ts';
import { applied, contextOf, open, podOf } from '../helpers/editor.ts';

/** Each fix for what the range holds, and the text after it. */
function fixes(marked: string): [CodeAction, string][] {
  const { snapshot, range } = open(marked);
  return codeActions(snapshot, range, { only: ['quickfix'] }, contextOf())
    .filter(({ isPreferred }) => isPreferred)
    .map((action) => [action, applied(snapshot, action)]);
}

describe('fixActions', () => {
  it('writes the policy that was meant, and keeps its quotes', () => {
    const [[action, text] = []] = fixes(podOf('image: nginx\nimagePullPolicy: "alw‸ays" # why'));
    assert.equal(action?.title, 'Change to Always');
    assert.deepEqual(
      action.diagnostics?.map(({ code }) => code),
      ['unknown-pull-policy'],
    );
    assert.equal(text, podOf('image: nginx\nimagePullPolicy: "Always" # why'));
  });

  it('writes the key that was meant', () => {
    const [[action, text] = []] = fixes(podOf('image: nginx\nimagepull‸policy: Never'));
    assert.equal(action?.title, 'Change to imagePullPolicy');
    assert.equal(text, podOf('image: nginx\nimagePullPolicy: Never'));
  });

  it('makes equal changes of a selection together', () => {
    const never = 'image: nginx:1\nimagePullPolicy: never';
    const always = 'image: nginx:1\nimagePullPolicy: always';
    const found = fixes(`‸${podOf(never, always, never)}‸`);
    assert.deepEqual(
      found.map(([{ title }]) => title),
      ['Change to Never', 'Change to Always'],
    );
    assert.equal(found[0]?.[1], podOf(never, always, never).replaceAll('never', 'Never'));
  });

  it('offers nothing where it could only guess', () => {
    assert.deepEqual(fixes(podOf('image: nginx\nimagePullPolicy: some‸times')), []);
  });
});
