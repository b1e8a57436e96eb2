import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { removeTree } from '../../../server/src/engine/store/remove-tree.ts';
import { withDirectory } from './fixture.ts';

// That it opens what nobody may enter is in ../render/unprivileged.test.ts.
describe('the removal of a tree', () => {
  it('follows no link, and is content when there is nothing', () =>
    withDirectory(async (scratch) => {
      await fs.mkdir(join(scratch, 'kept'));
      await fs.writeFile(join(scratch, 'kept/file'), '');
      await fs.mkdir(join(scratch, 'tree'));
      await fs.symlink(join(scratch, 'kept'), join(scratch, 'tree/link'));
      await removeTree(fs, join(scratch, 'tree'));
      await removeTree(fs, join(scratch, 'tree'));
      assert.deepEqual(await fs.readdir(scratch, { recursive: true }), ['kept', join('kept', 'file')]);
    }));

  it('says what else stands against it', async () => {
    const busy = Object.assign(new Error('busy'), { code: 'EBUSY' });
    await assert.rejects(removeTree({ ...fs, rm: () => Promise.reject(busy) }, '/nowhere'), busy);
  });
});
