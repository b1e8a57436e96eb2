import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { readManifest } from '../../../server/src/engine/aci/aci-reader.ts';
import { Conversion, convertLayers } from '../../../server/src/engine/aci/convert.ts';
import type { ConversionOptions } from '../../../server/src/engine/aci/convert.ts';
import type { DockerImageInput } from '../../../server/src/engine/aci/docker-manifest.ts';
import { WorkerPool } from '../../../server/src/engine/aci/worker-pool.ts';
import { archive, layerFile, tarStreamEntries, withDirectory } from './archives.ts';

const image = (config: object = {}): DockerImageInput => ({
  reference: { registry: 'r.example', repository: 'team/app', tag: '1', digest: undefined },
  config: JSON.stringify({ os: 'linux', architecture: 'amd64', config }),
  manifestDigest: `sha256:${'1'.repeat(64)}`,
  configDigest: `sha256:${'2'.repeat(64)}`,
  platform: { os: 'linux', architecture: 'amd64' },
});

const base = archive(
  [{ name: 'etc/', type: 'directory', mode: 0o755, mtime: 7 }],
  [{ name: 'etc/passwd' }, 'root:x:0:0::/:\nwww:x:33:34::/:\n'],
  [{ name: 'old' }, 'old'],
  [{ name: 'big' }, 'x'.repeat(3_000_000)],
);
const top = archive(
  [{ name: '.wh.old' }],
  [{ name: 'link', type: 'link', linkName: 'big' }],
  [{ name: 'new', pax: [['SCHILY.xattr.user.x', '\xff\x00']] }, 'new'],
);

describe('converting layers to an ACI', () => {
  const pool = new WorkerPool(2);
  after(() => pool.close());

  const options = (directory: string, signal?: AbortSignal): ConversionOptions => {
    let count = 0;
    const tempFile = (suffix: string): Promise<string> =>
      Promise.resolve(join(directory, `temp${count++}${suffix}`));
    return { pool, tempFile, signal };
  };

  it('squashes them and names the result by the hash of its bytes', async () => {
    await withDirectory(async (directory) => {
      const layers = [
        await layerFile(directory, base, gzipSync),
        await layerFile(directory, top, zstdCompressSync),
      ];
      const out = join(directory, 'out.aci');
      const converted = await convertLayers({ ...options(directory), layers, image: image(), out });

      const bytes = await readFile(out);
      assert.equal(converted.size, bytes.length);
      assert.equal(converted.imageId, `sha512-${createHash('sha512').update(bytes).digest('hex')}`);
      assert.equal(await readManifest(out), converted.manifest.json);
      const members = await tarStreamEntries(bytes);
      assert.deepEqual(
        members.map(({ head, data }) => [head.name, head.type, data.length, head.linkname]),
        [
          ['manifest', 'file', converted.manifest.json.length, null],
          ['rootfs/', 'directory', 0, null],
          ['rootfs/etc/', 'directory', 0, null],
          ['rootfs/etc/passwd', 'file', 31, null],
          ['rootfs/big', 'file', 3_000_000, null],
          ['rootfs/new', 'file', 3, null],
          ['rootfs/link', 'link', 0, 'rootfs/big'],
        ],
      );
      assert.ok(
        bytes.includes(Buffer.from('26 SCHILY.xattr.user.x=\xff\x00\n', 'latin1')),
        'the xattr survives',
      );
      assert.equal((await readdir(directory)).length, 3, 'only the layers and the ACI are left');
    });
  });

  it('gives the same bytes again, however the layers were compressed', async () => {
    await withDirectory(async (directory) => {
      const ids = [];
      for (const compress of [gzipSync, zstdCompressSync, undefined]) {
        const layers = [
          await layerFile(directory, base, compress),
          await layerFile(directory, top, compress),
        ];
        const out = join(directory, 'out.aci');
        ids.push((await convertLayers({ ...options(directory), layers, image: image(), out })).imageId);
      }
      assert.equal(new Set(ids).size, 1);
    });
  });

  it("looks a user's group up in the image", async () => {
    await withDirectory(async (directory) => {
      const layers = [await layerFile(directory, base)];
      const out = join(directory, 'out.aci');
      const { manifest } = await convertLayers({
        ...options(directory),
        layers,
        image: image({ User: 'www' }),
        out,
      });
      const { app } = JSON.parse(manifest.json) as { app: { user: string; group: string } };
      assert.deepEqual([app.user, app.group], ['www', '34']);
    });
  });

  it('converts an image without layers', async () => {
    await withDirectory(async (directory) => {
      const out = join(directory, 'out.aci');
      await convertLayers({ ...options(directory), layers: [], image: image(), out });
      const members = await tarStreamEntries(await readFile(out));
      assert.deepEqual(
        members.map(({ head }) => head.name),
        ['manifest', 'rootfs/'],
      );
    });
  });

  it('takes layers as they come, and one that is there twice once', async () => {
    await withDirectory(async (directory) => {
      const [low, high] = [
        await layerFile(directory, base, gzipSync),
        await layerFile(directory, top, gzipSync),
      ];
      const conversion = new Conversion(options(directory));
      await conversion.add(2, low);
      await conversion.add(1, high);
      await conversion.add(0, low);
      assert.equal((await readdir(directory)).filter((name) => name.startsWith('temp')).length, 2);
      const out = join(directory, 'out.aci');
      await conversion.finish(image(), out);
      await conversion.dispose();
      const members = await tarStreamEntries(await readFile(out));
      assert.deepEqual(
        members.filter(({ head }) => head.type !== 'directory').map(({ head }) => head.name),
        ['manifest', 'rootfs/link', 'rootfs/new', 'rootfs/etc/passwd', 'rootfs/old', 'rootfs/big'],
      );
    });
  });

  it('leaves nothing behind when a layer is bad', async () => {
    await withDirectory(async (directory) => {
      const layers = [
        await layerFile(directory, base, gzipSync),
        await layerFile(directory, Buffer.alloc(700, 'x'), gzipSync),
      ];
      const out = join(directory, 'out.aci');
      await assert.rejects(convertLayers({ ...options(directory), layers, image: image(), out }), {
        code: 'E_ARCHIVE',
      });
      assert.equal((await readdir(directory)).length, 2);
    });
  });

  it('leaves nothing behind when it is cancelled', async () => {
    await withDirectory(async (directory) => {
      const layers = [await layerFile(directory, base, gzipSync), await layerFile(directory, top, gzipSync)];
      const stop = new AbortController();
      const out = join(directory, 'out.aci');
      const converting = convertLayers({ ...options(directory, stop.signal), layers, image: image(), out });
      stop.abort(new Error('enough'));
      await assert.rejects(converting, /enough/);
      assert.equal((await readdir(directory)).length, 2);
    });
  });

  it('refuses an image whose configuration cannot be read', async () => {
    await withDirectory(async (directory) => {
      const broken = { ...image(), config: '[' };
      const out = join(directory, 'out.aci');
      await assert.rejects(convertLayers({ ...options(directory), layers: [], image: broken, out }), {
        code: 'E_MANIFEST',
      });
    });
  });
});
