import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { diskUse } from '../../../server/src/engine/care/disk-use.ts';
import { API, filesOf, withCare, WEB } from './fixture.ts';

describe('what a store takes of its disk', () => {
  it('is nothing where there is no store', async () => {
    const use = await diskUse(fs, '/nowhere/at/all');
    for (const { count, bytes } of Object.values(
      use as unknown as Record<string, { count: number; bytes: number }>,
    ))
      assert.deepEqual([count, bytes], [0, 0]);
  });

  it('is told by what it is for, and adds up to all files', () =>
    withCare(async ({ prepare, fetch, store, layout, writeOld, host }) => {
      await prepare('web');
      await fetch('shop/api:1', 'default');
      await writeOld(join(layout.partial, `sha256-${'0'.repeat(64)}`, 'data'), 'part', host.now);
      const use = await diskUse(fs, store.root);
      const counts = Object.entries(use).map(([name, { count }]) => [name, count as number]);
      assert.deepEqual(Object.fromEntries(counts), {
        images: 2,
        blobs: new Set([...filesOf(WEB), ...filesOf(API)]).size,
        trees: 1,
        pods: 1,
        unfinished: 1,
        index: 1,
      });
      assert.equal(use.unfinished.bytes, 4);
      const { images, blobs, trees, pods, unfinished, index } = use;
      const total = [images, blobs, trees, pods, unfinished, index].reduce(
        (sum, { bytes }) => sum + bytes,
        0,
      );
      assert.equal(total, await allBytes(store.root));
    }));
});

/** Of all files but locks. */
async function allBytes(root: string): Promise<number> {
  let sum = 0;
  for (const entry of await fs.readdir(root, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && !entry.parentPath.endsWith('locks'))
      sum += (await fs.stat(join(entry.parentPath, entry.name))).size;
  }
  return sum;
}
