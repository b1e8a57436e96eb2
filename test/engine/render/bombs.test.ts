import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { scanAci } from '../../../server/src/engine/aci/aci-scan.ts';
import { scanLayer } from '../../../server/src/engine/aci/layer-scan.ts';
import type { LayerInput } from '../../../server/src/engine/aci/layer-scan.ts';
import { renderTree } from '../../../server/src/engine/render/render-tree.ts';
import { Trees } from '../../../server/src/engine/render/trees.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { archive, layerFile } from '../aci/archives.ts';
import { testHost } from '../store/fixture.ts';
import { aciOf, file, imageFile, UNWATCHED, withDirectory } from './fixture.ts';

const MIB = 1024 * 1024;
const ZEROS = '\0'.repeat(8 * MIB);
const LIMITS = { size: 64 * MIB, ratio: 200, freeSize: MIB, listing: MIB };

describe('an archive that inflates to more than it should', () => {
  it('is refused by its ratio and by its size, as an ACI', () =>
    withDirectory(async (scratch) => {
      const [aci, out] = [join(scratch, 'aci'), join(scratch, 'out')];
      const bytes = aciOf(file('zeros', ZEROS));
      await fs.writeFile(aci, gzipSync(bytes));
      await assert.rejects(scanAci({ file: aci, out }, LIMITS), {
        code: 'E_TOO_LARGE',
        message: /200 times/,
      });
      assert.ok((await fs.stat(out)).size < 3 * MIB, 'it stopped early');
      await assert.rejects(scanAci({ file: aci, out }, { ...LIMITS, size: 2 * MIB, freeSize: 16 * MIB }), {
        code: 'E_TOO_LARGE',
        message: /more than 2097152 bytes/,
      });
      // Not compressed, or a little, it is a file of zeros like any other.
      await scanAci({ file: aci, out }, { ...LIMITS, freeSize: 16 * MIB });
      await fs.writeFile(aci, bytes);
      await scanAci({ file: aci, out }, LIMITS);
    }));

  it('is refused by its ratio and by its size, as a layer', () =>
    withDirectory(async (scratch) => {
      const spool = join(scratch, 'spool');
      const tar = archive([{ name: 'zeros' }, ZEROS]);
      for (const compress of [gzipSync, zstdCompressSync]) {
        const layer = await layerFile(scratch, tar, (bytes) => compress(bytes));
        await assert.rejects(scanLayer(layer, spool, LIMITS), { code: 'E_DECOMPRESS', message: /200 times/ });
        assert.ok((await fs.stat(spool)).size < 3 * MIB, 'it stopped early');
        const small = { ...LIMITS, size: 2 * MIB, freeSize: 16 * MIB };
        await assert.rejects(scanLayer(layer, spool, small), { code: 'E_TOO_LARGE' });
      }
    }));
});

describe('a layer that is not what it should be', () => {
  const refused: Record<string, [change: (layer: LayerInput) => Promise<LayerInput>, code: string]> = {
    'with content of another digest': [
      (layer) => Promise.resolve({ ...layer, diffId: `sha256:${'0'.repeat(64)}` }),
      'E_DIGEST',
    ],
    'cut off': [
      async (layer) => {
        await fs.truncate(layer.path, 100);
        return layer;
      },
      'E_DECOMPRESS',
    ],
    'with something behind its end': [
      async (layer) => {
        await fs.appendFile(layer.path, 'garbage');
        return layer;
      },
      'E_DECOMPRESS',
    ],
  };
  for (const [what, [change, code]] of Object.entries(refused)) {
    it(`is refused: ${what}`, () =>
      withDirectory(async (scratch) => {
        const tar = archive([{ name: 'a' }, 'x'.repeat(5000)]);
        const layer = await change(await layerFile(scratch, tar, (bytes) => gzipSync(bytes)));
        await assert.rejects(scanLayer(layer, join(scratch, 'spool'), LIMITS), { code });
      }));
  }

  it('is refused: with more entries than fit into memory', () =>
    withDirectory(async (scratch) => {
      const tar = archive(
        ...Array.from({ length: 5000 }, (_, n) => [{ name: `${n}` }] as [{ name: string }]),
      );
      await assert.rejects(scanLayer(await layerFile(scratch, tar), join(scratch, 'spool'), LIMITS), {
        code: 'E_TOO_LARGE',
        message: /more entries/,
      });
    }));
});

describe('an image with more names than fit into memory', () => {
  const refused = {
    'many entries': aciOf(...Array.from({ length: 5000 }, (_, n) => file(`${n}`, ''))),
    'directories that no entry describes': aciOf(
      ...Array.from({ length: 5 }, (_, n) => file(`${n}/${'a/'.repeat(1000)}f`, '')),
    ),
    'long PAX records': aciOf(
      ...Array.from({ length: 3 }, (_, n) =>
        file(`${n}`, '', { pax: [['SCHILY.xattr.user.x', 'x'.repeat(500_000)]] }),
      ),
    ),
  };
  for (const [what, aci] of Object.entries(refused)) {
    it(`is refused: ${what}`, () =>
      withDirectory(async (scratch) => {
        const image = await imageFile(scratch, aci);
        const render = (limit: number): Promise<unknown> =>
          renderTree({ fs }, [image], scratch, UNWATCHED, { limit });
        await assert.rejects(render(MIB), { code: 'E_TOO_LARGE', message: /more entries/ });
        assert.deepEqual(
          (await fs.readdir(scratch)).filter((name) => !name.endsWith('.aci')),
          [],
        );
      }));
  }
});

describe('the memory of an import and a render', () => {
  it('does not grow with what an archive holds', () => {
    const child = join(import.meta.dirname, 'memory-child.ts');
    // The heap has no room for the files, and what lies beside it is measured.
    const run = spawnSync(process.execPath, ['--max-old-space-size=48', child], { encoding: 'utf8' });
    assert.equal(run.status, 0, run.stderr);
    const grown = Number(run.stdout);
    assert.ok(grown < 100, `${grown} MiB for files of 256 MiB`);
  });
});

describe('a stored image that has changed', () => {
  it('is not rendered', () =>
    withDirectory(async (scratch) => {
      const host = testHost();
      const store = await openStore(host, join(scratch, 'store'));
      const image = await imageFile(scratch, aciOf(file('a', 'x'.repeat(2000))));
      const handle = await fs.open(image.aci, 'r+');
      await handle.write(Buffer.from('y'), 0, 1, 3000);
      await handle.close();
      await assert.rejects(new Trees(host, store).ensure([image], UNWATCHED), { code: 'E_DIGEST' });
      await store.close();
    }));
});
