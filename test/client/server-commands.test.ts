import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { seen } from './vscode-stub.ts';

const { serverCommands } = await import('../../client/src/server-commands.ts');

describe('a command that the server runs', () => {
  let sent: unknown[];
  let answer: () => Promise<unknown>;

  beforeEach(() => {
    [sent, answer] = [[], () => Promise.resolve('done')];
    seen.errors.splice(0);
  });

  const run = serverCommands({
    sendRequest(method, params) {
      sent.push([method, params]);
      return answer();
    },
  });
  const failWith = (more: object) => () =>
    Promise.reject(Object.assign(new Error('The pod cannot be prepared.'), more));

  it('has its argument, and is answered', async () => {
    assert.equal(await run('larder.prepare', ['a']), 'done');
    assert.deepEqual(sent, [['workspace/executeCommand', { command: 'larder.prepare', arguments: ['a'] }]]);
    assert.deepEqual(seen.errors, []);
  });

  it('fails with a sentence that is shown as it is', async () => {
    answer = failWith({ code: -32602, data: { code: 'E_POD' } });
    assert.equal(await run('larder.prepare', []), undefined);
    assert.deepEqual(seen.errors, ['The pod cannot be prepared.']);
  });

  it('says nothing to a person who has cancelled it, or is told that the server is gone', async () => {
    for (const error of [{ code: -32602, data: { code: 'E_CANCELLED' } }, { code: -32097 }]) {
      answer = failWith(error);
      assert.equal(await run('larder.prepare', []), undefined);
    }
    assert.deepEqual(seen.errors, []);
  });
});
