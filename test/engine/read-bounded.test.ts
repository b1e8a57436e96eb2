import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readBounded } from '../../server/src/engine/read-bounded.ts';
import { withDirectory } from './store/fixture.ts';

describe('readBounded', () => {
  it('reads up to the limit and not beyond it', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'file');
      for (const size of [0, 1, 9, 10]) {
        await fs.writeFile(path, 'x'.repeat(size));
        assert.equal((await readBounded({ fs }, path, 10))?.toString(), 'x'.repeat(size));
      }
      await fs.writeFile(path, 'x'.repeat(11));
      assert.equal(await readBounded({ fs }, path, 10), undefined);
    }));

  it('leaves it to others what a failure means', () =>
    withDirectory((directory) =>
      assert.rejects(readBounded({ fs }, join(directory, 'none'), 10), { code: 'ENOENT' }),
    ));
});
