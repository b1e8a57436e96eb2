import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { renderTo } from '../../../server/src/engine/render/render-to.ts';
import { aciOf, directory, file, imageFile, linesOf, UNWATCHED, withDirectory } from './fixture.ts';

const GOOD = aciOf(directory('d', 0o555), file('d/a', 'x'));
const BAD = aciOf(file('a'), file('a'));

async function render(scratch: string, aci: Buffer, to: string): Promise<void> {
  await renderTo({ fs }, [await imageFile(scratch, aci)], '{}', to, UNWATCHED);
}

describe('a render to a directory', () => {
  it('makes the directory, for its owner alone, or takes an empty one', () =>
    withDirectory(async (scratch) => {
      const to = join(scratch, 'new');
      await render(scratch, GOOD, to);
      assert.equal((await fs.stat(to)).mode & 0o777, 0o700);
      assert.deepEqual((await fs.readdir(to)).sort(), ['manifest', 'rootfs']);
      assert.equal(await fs.readFile(join(to, 'manifest'), 'utf8'), '{}');
      assert.deepEqual(await linesOf(join(to, 'rootfs')), ['d/', 'd/a: x']);
      await fs.mkdir(join(scratch, 'empty'), 0o755);
      await render(scratch, GOOD, join(scratch, 'empty'));
      assert.deepEqual((await fs.readdir(join(scratch, 'empty'))).sort(), ['manifest', 'rootfs']);
    }));

  it('leaves everything as it was when it fails', () =>
    withDirectory(async (scratch) => {
      await assert.rejects(render(scratch, BAD, join(scratch, 'new')), { code: 'E_ARCHIVE' });
      await fs.mkdir(join(scratch, 'empty'));
      await assert.rejects(render(scratch, BAD, join(scratch, 'empty')), { code: 'E_ARCHIVE' });
      const left = (await fs.readdir(scratch, { recursive: true })).filter((name) => !name.endsWith('.aci'));
      assert.deepEqual(left, ['empty']);
    }));

  it('overwrites nothing', () =>
    withDirectory(async (scratch) => {
      await fs.mkdir(join(scratch, 'full'));
      await fs.writeFile(join(scratch, 'full/mine'), 'mine');
      const refused: [name: string, why: RegExp][] = [
        ['full', /it is not empty/],
        ['full/mine', /it is no directory/],
        ['nowhere/new', /the directory it would be in does not exist/],
        ['full/mine/new', /ENOTDIR/],
      ];
      for (const [name, message] of refused) {
        await assert.rejects(render(scratch, GOOD, join(scratch, name)), { code: 'E_FILE', message });
      }
      assert.equal(await fs.readFile(join(scratch, 'full/mine'), 'utf8'), 'mine');
      assert.deepEqual(await fs.readdir(join(scratch, 'full')), ['mine']);
    }));
});
