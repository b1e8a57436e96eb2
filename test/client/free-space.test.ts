import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { GcArguments, GcResult } from '../../server/src/protocol.ts';
import { seen } from './vscode-stub.ts';

const { freeSpace } = await import('../../client/src/free-space.ts');

const KEPT = 'These stay: images that prepared pods use.';
const FOUND: GcResult = {
  ...{ images: 2, bytes: 2_500_000, size: '2.5 MB', what: '2 images', kept: KEPT },
  unread: [],
};
const NOTHING: GcResult = { ...FOUND, images: 0, bytes: 0, size: '0 B', what: null };

describe('freeing disk space', () => {
  let asked: GcArguments[];

  beforeEach(() => {
    asked = [];
    for (const list of [seen.questions, seen.answers, seen.information]) list.splice(0);
  });
  const answering = (result: GcResult | undefined) => (argument: GcArguments) => {
    asked.push(argument);
    return Promise.resolve(result);
  };

  it('looks first, says what would go and what stays, and removes nothing without a yes', async () => {
    await freeSpace(answering(FOUND));
    assert.deepEqual(asked, [{ dryRun: true }]);
    assert.deepEqual(seen.questions, [
      {
        kind: 'dialog',
        about: 'Free 2.5 MB by removing 2 images from the store?',
        options: { modal: true, detail: KEPT },
      },
    ]);
  });

  it('removes after a clear yes, and leaves it to the server to say what was freed', async () => {
    seen.answers.push('Remove');
    await freeSpace(answering(FOUND));
    assert.deepEqual(asked, [{ dryRun: true }, { dryRun: false, acceptUnread: false }]);
    assert.deepEqual(seen.information, []);
  });

  it('accepts that files cannot be read only when that was told', async () => {
    seen.answers.push('Remove');
    await freeSpace(answering({ ...FOUND, unread: [{ path: '/w/a.yaml', why: 'EACCES' }] }));
    assert.deepEqual(asked[1], { dryRun: false, acceptUnread: true });
  });

  it('only says so when there is nothing to free', async () => {
    await freeSpace(answering(NOTHING));
    assert.deepEqual([asked.length, seen.questions], [1, []]);
    assert.deepEqual(seen.information, [`There is nothing to free. ${KEPT}`]);
  });

  it('is over when looking failed, which the command has said', async () => {
    await freeSpace(answering(undefined));
    assert.deepEqual([asked.length, seen.questions, seen.information], [1, [], []]);
  });
});
