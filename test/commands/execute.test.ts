import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { COMMAND_NAMES, execute } from '../../server/src/commands/execute.ts';
import { LarderError } from '../../server/src/domain/errors.ts';
import { Command } from '../../server/src/protocol.ts';
import { commandContext } from './fixture.ts';

const IMAGE_ID = `sha512-${'0f'.repeat(64)}`;

describe('execute', () => {
  it('knows the commands of the protocol and no others', () => {
    assert.deepEqual([...COMMAND_NAMES].sort(), Object.values(Command).sort());
    const { context } = commandContext({});
    for (const name of ['larder.unheardOf', 'toString', '__proto__']) {
      assert.equal(execute(name, {}, context), undefined);
    }
  });

  it('removes an image', async () => {
    const removed: string[] = [];
    const { context, seen } = commandContext({
      remove: (_, imageId) => {
        removed.push(imageId);
        return Promise.resolve();
      },
    });
    assert.equal(await execute(Command.remove, { imageId: IMAGE_ID }, context), null);
    assert.deepEqual(removed, [IMAGE_ID]);
    assert.deepEqual(seen.shown, []);
  });

  it('shows why an image could not be removed', async () => {
    const { context, seen } = commandContext({
      remove: () => Promise.reject(new LarderError('E_NOT_FOUND', 'It is not in the store.')),
    });
    await execute(Command.remove, { imageId: IMAGE_ID }, context);
    assert.deepEqual(seen.shown, [['error', 'It is not in the store.']]);
  });

  it('refuses an argument of the wrong form', () => {
    const { context } = commandContext({});
    assert.throws(() => execute(Command.fetch, 'nginx', context), { code: 'E_USAGE' });
  });
});
