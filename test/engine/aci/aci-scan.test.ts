import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { scanAci } from '../../../server/src/engine/aci/aci-scan.ts';
import type { AciLimits } from '../../../server/src/engine/aci/aci-scan.ts';
import { buildAci } from '../../helpers/aci.ts';
import { archive } from './archives.ts';

let directory: string;
before(async () => (directory = await mkdtemp(join(tmpdir(), 'larder-aci-'))));
after(() => rm(directory, { recursive: true, force: true }));

async function scan(bytes: Buffer, limits?: AciLimits) {
  const [file, out] = [join(directory, 'in.aci'), join(directory, 'out.aci')];
  await writeFile(file, bytes);
  return { ...(await scanAci({ file, out }, limits)), out: await readFile(out) };
}

const aci = buildAci({ content: 'x'.repeat(100_000) });

/** The same bytes by the tools that publishers use; undefined where a tool is not installed. */
function compressedBy(tool: string): Buffer | undefined {
  try {
    return execFileSync(tool, ['-c'], { input: aci.bytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const COMPRESSED: Readonly<Record<string, Buffer | undefined>> = {
  none: aci.bytes,
  gzip: gzipSync(aci.bytes),
  zstd: zstdCompressSync(aci.bytes),
  xz: compressedBy('xz'),
  bzip2: compressedBy('bzip2'),
};

describe('scanning an ACI', () => {
  for (const [compression, bytes] of Object.entries(COMPRESSED)) {
    it(
      `gives the same image, whichever its compression: ${compression}`,
      { skip: bytes === undefined },
      async () => {
        const { imageId, size, manifest, out } = await scan(bytes ?? Buffer.alloc(0));
        assert.deepEqual([imageId, size, manifest], [aci.imageId, aci.bytes.length, aci.manifest]);
        assert.deepEqual(out, aci.bytes);
      },
    );

    if (compression !== 'none') {
      it(`says so when it is cut off: ${compression}`, { skip: bytes === undefined }, async () => {
        const half = bytes?.subarray(0, bytes.length / 2) ?? Buffer.alloc(0);
        await assert.rejects(scan(half), { code: 'E_DECOMPRESS', message: /cut off or broken/ });
      });
    }
  }

  it('takes names with a leading ./ and a rootfs that no entry is for', async () => {
    const { manifest } = await scan(archive([{ name: './manifest' }, '{}'], [{ name: './rootfs/a' }, 'a']));
    assert.equal(manifest, '{}');
  });

  const refused: [what: string, bytes: Buffer, code: string, words: RegExp][] = [
    ['nothing', Buffer.alloc(0), 'E_ARCHIVE', /no file "manifest"/],
    ['no archive', Buffer.from('<html>'.repeat(200)), 'E_ARCHIVE', /archive was refused/],
    ['a cut archive', aci.bytes.subarray(0, 5000), 'E_ARCHIVE', /cut off/],
    ['no manifest', archive([{ name: 'rootfs/a' }, 'a']), 'E_ARCHIVE', /no file "manifest"/],
    ['no rootfs', archive([{ name: 'manifest' }, '{}']), 'E_ARCHIVE', /no directory "rootfs"/],
    [
      'a rootfs that is a file',
      archive([{ name: 'manifest' }, '{}'], [{ name: 'rootfs' }, '']),
      'E_ARCHIVE',
      /no directory "rootfs"/,
    ],
    [
      'a manifest that is a link',
      archive([{ name: 'manifest', type: 'symlink', linkName: '/etc/passwd' }], [{ name: 'rootfs/a' }, 'a']),
      'E_ARCHIVE',
      /no file "manifest"/,
    ],
    [
      'a huge manifest',
      archive([{ name: 'manifest' }, ' '.repeat(4 * 1024 * 1024 + 1)], [{ name: 'rootfs/a' }, 'a']),
      'E_TOO_LARGE',
      /manifest has 4194305 bytes/,
    ],
  ];
  for (const [what, bytes, code, words] of refused) {
    it(`refuses ${what}`, () => assert.rejects(scan(bytes), { code, message: words }));
  }

  it('stops at its limits', async () => {
    const limits = { size: 1e9, ratio: 200, freeSize: 1e9 };
    await assert.rejects(scan(gzipSync(aci.bytes), { ...limits, size: 50_000 }), {
      code: 'E_TOO_LARGE',
      message: /more than 50000 bytes/,
    });
    await assert.rejects(scan(gzipSync(aci.bytes), { ...limits, freeSize: 1000, ratio: 10 }), {
      code: 'E_TOO_LARGE',
      message: /more than 10 times/,
    });
  });
});
