import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { blobFiles } from '../../../server/src/engine/store/blob-files.ts';
import { Layout } from '../../../server/src/engine/store/layout.ts';
import { NOW, sha256, sha512, withDirectory } from './fixture.ts';

async function listed(layout: Layout): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const file of blobFiles(fs, layout)) found.push(file);
  return found;
}

describe('the files among the blobs', () => {
  it('are none in a store that nobody has written to', () =>
    withDirectory(async (directory) => assert.deepEqual(await listed(new Layout(directory)), [])));

  it('are told with their digests, and what is no blob is left out', () =>
    withDirectory(async (directory) => {
      const layout = new Layout(directory);
      const path = layout.blob(sha256('layer'));
      const aci = layout.image(sha512('aci'));
      const elsewhere = join(directory, 'blob/sha256/zz', sha256('other').replace(':', '-'));
      for (const file of [path, aci, elsewhere, `${path}.bak`, join(directory, 'blob/sha256/file')]) {
        await fs.mkdir(dirname(file), { recursive: true });
        await fs.writeFile(file, 'four');
        await fs.utimes(file, NOW / 1000, NOW / 1000);
      }
      const directoryInstead = layout.blob(sha256('directory'));
      await fs.mkdir(directoryInstead, { recursive: true });
      const common = { size: 4, writtenAt: NOW };
      const [blob, image] = [sha256('layer'), sha512('aci')];
      assert.deepEqual(await listed(layout), [
        { name: blob.replace(':', '-'), digest: blob, path, ...common },
        { name: image, digest: image.replace('-', ':'), path: aci, ...common },
      ]);
    }));
});
