import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { writeAci } from '../../../server/src/engine/aci/aci-writer.ts';
import type { WrittenAci } from '../../../server/src/engine/aci/aci-writer.ts';
import { squash } from '../../../server/src/engine/aci/squash.ts';
import type { TarEntry } from '../../../server/src/engine/aci/tar-entry.ts';
import { entry, readEntries, withDirectory } from './archives.ts';

/** Writes an ACI of the entries, whose data is in `data`. */
async function write(entries: TarEntry[], data: Buffer): Promise<WrittenAci & { bytes: Buffer }> {
  return withDirectory(async (directory) => {
    const [archive, out] = [join(directory, 'archive'), join(directory, 'out')];
    writeFileSync(archive, data);
    const descriptor = openSync(archive, 'r');
    try {
      return { ...(await writeAci(out, '{}', squash([entries]), [descriptor])), bytes: readFileSync(out) };
    } finally {
      closeSync(descriptor);
    }
  });
}

describe('writing an ACI', () => {
  // Around the size of the writer's buffers and of tar's blocks.
  const sizes = [0, 1, 511, 512, 513, 1_048_575, 1_048_576, 2_500_000];

  it('copies data of any size and hashes what it wrote', async () => {
    const data = randomBytes(5_000_000);
    const entries = sizes.map((size, index) => entry({ name: `f${index}`, size, offset: index * 1000 }));
    const { bytes, imageId, size } = await write(entries, data);

    assert.equal(imageId, `sha512-${createHash('sha512').update(bytes).digest('hex')}`);
    assert.equal(size, bytes.length);
    assert.equal(size % 512, 0);
    const [manifest, root, ...files] = readEntries(bytes);
    assert.deepEqual([manifest?.name, manifest?.size, root?.name], ['manifest', 2, 'rootfs/']);
    assert.equal(files.length, sizes.length);
    for (const file of files) {
      const index = Number(file.name.slice('rootfs/f'.length));
      const written = bytes.subarray(file.offset, file.offset + file.size);
      assert.ok(written.equals(data.subarray(index * 1000, index * 1000 + (sizes[index] ?? 0))), file.name);
    }
  });

  it('refuses an archive that has become shorter', async () => {
    await assert.rejects(write([entry({ size: 100, offset: 950 })], Buffer.alloc(1000)), {
      code: 'E_ARCHIVE',
    });
  });
});
