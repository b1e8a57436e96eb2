/** The conversion against other people's tools: the same layers unpacked by umoci, every ACI validated by actool. */
import assert from 'node:assert/strict';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../server/src/domain/errors.ts';
import { convertLayers } from '../../server/src/engine/aci/convert.ts';
import { squash } from '../../server/src/engine/aci/squash.ts';
import type { TarEntry } from '../../server/src/engine/aci/tar-entry.ts';
import { WorkerPool } from '../../server/src/engine/aci/worker-pool.ts';
import { archive, utf8, withDirectory } from '../engine/aci/archives.ts';
import { CASES } from '../engine/aci/squash-cases.ts';
import { directory, file, hardLink, symlink } from '../engine/aci/trees.ts';
import { compareTree } from './compare-tree.ts';
import { writeLayout } from './oci-layout.ts';
import { run } from './parts.ts';

/** umoci fails on these, or keeps files that no container would see; docker and containerd do as Larder does. */
const UNLIKE_UMOCI: ReadonlySet<string> = new Set([
  'replaces a lower file by an undescribed parent',
  "ignores AUFS's own files",
]);

/** A layer whose files say which layer and which entry they are from. */
function layerOf(entries: readonly TarEntry[], layer: number): Buffer {
  return archive(
    ...entries.map(({ size, ...header }, index) => {
      const data = size > 0 ? `${layer}.${index}` : '';
      return [{ ...header, mtime: 1_700_000_000 + index, size: data.length }, data] as [
        Partial<TarEntry>,
        string,
      ];
    }),
  );
}

/** Whether the layers can be squashed: most random ones have links to nothing. */
function isSound(layers: TarEntry[][]): boolean {
  try {
    squash(layers);
    return true;
  } catch (error) {
    if (error instanceof LarderError) return false;
    throw error;
  }
}

describe('a converted image', () => {
  const pool = new WorkerPool();
  after(() => pool.close());

  /** Converts and unpacks the layers. @returns the differences, or undefined where umoci refuses the layers */
  async function differences(scratch: string, layers: readonly Buffer[]): Promise<string[] | undefined> {
    const own = await mkdtemp(join(scratch, 'image-'));
    const { layout, config, ...image } = await writeLayout(join(own, 'layout'), layers);
    const bundle = join(own, 'bundle');
    const unpacked = await run('umoci', 'unpack', '--rootless', '--image', layout, bundle).then(
      () => true,
      (error: unknown) => {
        if (String(error).includes('is not installed')) throw error;
        return false;
      },
    );
    if (!unpacked) return undefined;
    const out = join(own, 'image.aci');
    let temporary = 0;
    await convertLayers({
      pool,
      tempFile: (suffix) => Promise.resolve(join(own, `${temporary++}${suffix}`)),
      signal: undefined,
      layers: image.layers,
      out,
      image: {
        reference: { registry: 'localhost:5000', repository: 'team/app', tag: 'test', digest: undefined },
        config,
        manifestDigest: 'sha256:1',
        configDigest: 'sha256:2',
        platform: { os: 'linux', architecture: 'amd64' },
      },
    });
    await run('actool', 'validate', out);
    return compareTree(out, join(bundle, 'rootfs'));
  }

  for (const [what, [layers]] of Object.entries(CASES)) {
    if (UNLIKE_UMOCI.has(what)) continue;
    it(`is what umoci unpacks where it ${what}`, async () => {
      await withDirectory(async (scratch) => {
        assert.deepEqual(await differences(scratch, layers.map(layerOf)), []);
      });
    });
  }

  it('is what umoci unpacks with odd names, modes and times', async () => {
    await withDirectory(async (scratch) => {
      const layer = archive(
        [{ name: 'd/', type: 'directory', mode: 0o1777, mtime: 1_600_000_000 }],
        [{ name: utf8('d/größe 名前'), mode: 0o4755, mtime: 1_600_000_001, uid: 1000, gid: 70_000_000 }, 'x'],
        [{ name: 'd/latin1-\xe9', mtime: 5 }, 'y'],
        [{ name: `d/${'long'.repeat(60)}`, mtime: 5 }, 'z'],
        [{ name: `${'deep/'.repeat(60)}end`, mtime: 5 }, 'w'],
        [{ name: 'late', mtime: 12, pax: [['mtime', '12.123456']] }, 'v'],
        [{ name: 'pipe', type: 'fifo', mode: 0o600, mtime: 5 }],
        [{ name: 'tty', type: 'character', deviceMajor: 5, deviceMinor: 1, mtime: 5 }],
        [{ name: 'link', type: 'symlink', linkName: 't'.repeat(200), mtime: 5 }],
      );
      assert.deepEqual(await differences(scratch, [layer]), []);
    });
  });

  it('is what umoci unpacks, whatever the layers are', async () => {
    const name = fc.constantFrom('a', 'b', 'c', 'a/a', 'a/b', 'b/a', 'a/b/c', 'c/a', 'b/b/b');
    const hidden = name.map((path) => path.replace(/[^/]+$/, '.wh.$&'));
    const opaque = fc.constantFrom('.wh..wh..opq', 'a/.wh..wh..opq', 'b/.wh..wh..opq', 'a/b/.wh..wh..opq');
    const entry = fc.oneof(
      { weight: 4, arbitrary: name.map((path) => file(path)) },
      { weight: 2, arbitrary: name.map(directory) },
      { weight: 2, arbitrary: fc.tuple(name, name).map(([path, target]) => hardLink(path, target)) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(name, fc.constantFrom('a', '/b', '../c', 'b/b'))
          .map(([path, target]) => symlink(path, target)),
      },
      { weight: 2, arbitrary: hidden.map((path) => file(path)) },
      { weight: 1, arbitrary: opaque.map((path) => file(path)) },
    );
    const image = fc
      .array(fc.array(entry, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 })
      .filter(isSound);
    let compared = 0;
    await withDirectory(async (scratch) => {
      await fc.assert(
        fc.asyncProperty(image, async (layers) => {
          const found = await differences(scratch, layers.map(layerOf));
          if (found === undefined) return;
          compared++;
          assert.deepEqual(found, []);
        }),
        { numRuns: 100, seed: 1196 },
      );
    });
    assert.ok(compared >= 50, `only ${compared} images could be compared`);
  });
});
