import assert from 'node:assert/strict';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { MANIFEST_LIMIT, readManifest } from '../../../server/src/engine/aci/aci-reader.ts';
import { archive, withDirectory } from './archives.ts';

async function manifestOf(bytes: Buffer, size = bytes.length): Promise<string> {
  return withDirectory(async (directory) => {
    const path = join(directory, 'image.aci');
    await writeFile(path, bytes);
    await truncate(path, size);
    return readManifest(path);
  });
}

describe("reading an ACI's manifest", () => {
  for (const name of ['manifest', './manifest', '/manifest']) {
    it(`finds ${name}`, async () => {
      assert.equal(await manifestOf(archive([{ name }, '{"a":"ü"}'])), '{"a":"ü"}');
    });
  }

  it('finds it behind large files', async () => {
    const data = 'x'.repeat(200_000);
    const bytes = archive(
      [{ name: 'rootfs/manifest' }, data],
      [{ name: 'rootfs/b' }, data],
      [{ name: 'manifest' }, '{}'],
    );
    assert.equal(await manifestOf(bytes), '{}');
  });

  it('refuses an ACI without one', async () => {
    await assert.rejects(manifestOf(archive([{ name: 'rootfs/manifest' }, '{}'])), { code: 'E_ARCHIVE' });
    await assert.rejects(manifestOf(archive([{ name: 'manifest', type: 'directory' }])), {
      code: 'E_ARCHIVE',
    });
    await assert.rejects(manifestOf(Buffer.alloc(0)), { code: 'E_ARCHIVE' });
    await assert.rejects(manifestOf(Buffer.alloc(5000, 'x')), { code: 'E_ARCHIVE' });
  });

  it('refuses one that is cut off', async () => {
    await assert.rejects(manifestOf(archive([{ name: 'manifest' }, '{"a":1}']), 515), { code: 'E_ARCHIVE' });
  });

  it('refuses one beyond the limit', async () => {
    await assert.rejects(manifestOf(archive([{ name: 'manifest', size: MANIFEST_LIMIT + 1 }])), {
      code: 'E_TOO_LARGE',
    });
  });
});
