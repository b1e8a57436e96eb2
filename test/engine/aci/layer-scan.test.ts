import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createHash } from 'node:crypto';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { LayerInput, LayerLimits } from '../../../server/src/engine/aci/layer-scan.ts';
import { LAYER_LIMITS, scanLayer } from '../../../server/src/engine/aci/layer-scan.ts';
import { archive, layerFile, withDirectory } from './archives.ts';

const tar = archive([{ name: 'a' }, 'data'], [{ name: 'b/', type: 'directory' }]);

/** Scans one layer in a directory of its own; `change` may make the description of it wrong. */
async function scan(
  bytes: Buffer,
  compress?: (bytes: Buffer) => Buffer,
  change: (layer: LayerInput) => Partial<LayerInput> = () => ({}),
  limits: Partial<LayerLimits> = {},
): Promise<{ names: string[]; spooled: boolean; content: Buffer }> {
  return withDirectory(async (directory) => {
    const layer = await layerFile(directory, bytes, compress);
    const spool = join(directory, 'spool');
    const found = await scanLayer({ ...layer, ...change(layer) }, spool, { ...LAYER_LIMITS, ...limits });
    const content = await readFile(found.archive);
    return { names: found.entries.map(({ name }) => name), spooled: existsSync(spool), content };
  });
}

describe('scanning a layer', () => {
  for (const [what, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
    [
      'gzip in two members',
      (bytes: Buffer) => Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))]),
    ],
    [
      'zstd in two frames',
      (bytes: Buffer) =>
        Buffer.concat([zstdCompressSync(bytes.subarray(0, 700)), zstdCompressSync(bytes.subarray(700))]),
    ],
  ] as const) {
    it(`inflates ${what} to the spool`, async () => {
      assert.deepEqual(await scan(tar, compress), { names: ['a', 'b/'], spooled: true, content: tar });
    });
  }

  it('leaves a plain layer where it is', async () => {
    assert.deepEqual(await scan(tar), { names: ['a', 'b/'], spooled: false, content: tar });
  });

  it('takes an empty file for an empty layer', async () => {
    assert.deepEqual((await scan(Buffer.alloc(0))).names, []);
  });

  it('checks a sha512 content digest too', async () => {
    const diffId = `sha512:${createHash('sha512').update(tar).digest('hex')}`;
    assert.deepEqual((await scan(tar, gzipSync, () => ({ diffId }))).names, ['a', 'b/']);
  });

  it('does without a content digest', async () => {
    assert.deepEqual((await scan(tar, gzipSync, () => ({ diffId: undefined }))).names, ['a', 'b/']);
  });
});

describe('a layer is refused', () => {
  it('with another content than the configuration says', async () => {
    const diffId = `sha256:${'0'.repeat(64)}`;
    await assert.rejects(
      scan(tar, gzipSync, () => ({ diffId })),
      { code: 'E_DIGEST', message: /sha256:0000/ },
    );
  });
  it('with a content digest of an unknown kind', async () => {
    await assert.rejects(
      scan(tar, gzipSync, () => ({ diffId: 'md5:00' })),
      { code: 'E_UNSUPPORTED' },
    );
  });
  for (const [what, compress] of [
    ['gzip that is cut off', (bytes: Buffer) => gzipSync(bytes).subarray(0, -12)],
    ['zstd that is cut off', (bytes: Buffer) => zstdCompressSync(bytes).subarray(0, -6)],
    ['gzip that is damaged', (bytes: Buffer) => gzipSync(bytes).fill(0xff, 20, 40)],
    ['zstd that is damaged', (bytes: Buffer) => zstdCompressSync(bytes).fill(0xff, 6, 20)],
  ] as const) {
    it(`with ${what}`, async () => {
      await assert.rejects(scan(tar, compress), { code: 'E_DECOMPRESS', message: /^The layer sha256:/ });
    });
  }
  it('that is no archive', async () => {
    await assert.rejects(scan(Buffer.from('no archive'.repeat(100)), gzipSync), { code: 'E_ARCHIVE' });
  });
  it('that is no archive of a layer', async () => {
    await assert.rejects(
      scan(tar, gzipSync, () => ({ mediaType: 'text/plain' })),
      { code: 'E_UNSUPPORTED' },
    );
  });
});

describe('a decompression bomb', () => {
  const zeros = archive([{ name: 'zeros' }, '\0'.repeat(1_000_000)]);

  it('is stopped by its ratio', async () => {
    const limits = { ratio: 100, freeSize: 100_000 };
    await assert.rejects(scan(zeros, gzipSync, undefined, limits), {
      code: 'E_DECOMPRESS',
      message: /more than 100 times/,
    });
  });
  it('is let through while it is small', async () => {
    assert.deepEqual((await scan(zeros, gzipSync, undefined, { ratio: 100, freeSize: 2_000_000 })).names, [
      'zeros',
    ]);
  });
  it('is stopped by its size', async () => {
    await assert.rejects(scan(zeros, gzipSync, undefined, { size: 500_000 }), { code: 'E_TOO_LARGE' });
  });
  it('is stopped by the number of its entries', async () => {
    await assert.rejects(scan(tar, gzipSync, undefined, { listing: 400 }), {
      code: 'E_TOO_LARGE',
      message: /more entries/,
    });
  });
});
