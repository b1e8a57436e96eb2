/** Rendered trees against other people's tools: umoci for docker images, actool and GNU tar for chains of ACIs. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { convertLayers } from '../../server/src/engine/aci/convert.ts';
import { WorkerPool } from '../../server/src/engine/aci/worker-pool.ts';
import type { Rendered } from '../../server/src/engine/render/describe-tree.ts';
import { renderTree } from '../../server/src/engine/render/render-tree.ts';
import { archive, utf8, withDirectory } from '../engine/aci/archives.ts';
import { CASES } from '../engine/aci/squash-cases.ts';
import { UNWATCHED } from '../engine/render/fixture.ts';
import { buildChainAci, extractChain } from './aci-chain.ts';
import type { BuiltAci, ChainImage } from './aci-chain.ts';
import { compareDirectories } from './compare-tree.ts';
import { IMAGES, makeImages } from './images.ts';
import type { ImageName, RealImage } from './images.ts';
import { larder } from './larder.ts';
import { writeLayout } from './oci-layout.ts';
import { run, startRegistry } from './parts.ts';

describe('larder image render of docker images', () => {
  const cleanup = new AsyncDisposableStack();
  let directory: string;
  let images: Record<ImageName, RealImage>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'larder-render-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const registry = cleanup.adopt(await startRegistry(directory), (it) => it.close());
    images = await makeImages(directory, registry.host);
  });
  after(() => cleanup.disposeAsync());

  for (const [name, what] of Object.entries(IMAGES) as [ImageName, string][]) {
    it(`${what}: the tree that umoci unpacks`, async () => {
      const { reference, layout, platform } = images[name];
      const flags = [
        '--dir',
        join(directory, 'store'),
        ...(platform === undefined ? [] : ['--platform', platform]),
      ];
      await larder('fetch', ...flags, `docker://${reference}`);
      const out = join(directory, `${name}.rendered`);
      assert.equal(await larder('image', 'render', ...flags, `docker://${reference}`, out), '');
      const bundle = join(directory, `${name}.unpacked`);
      await run('umoci', 'unpack', '--rootless', '--image', layout, bundle);
      assert.deepEqual(await compareDirectories(join(out, 'rootfs'), join(bundle, 'rootfs')), []);
    });
  }
});

/** umoci fails on these, or keeps files that no container would see; docker and containerd do as Larder does. */
const UNLIKE_UMOCI: ReadonlySet<string> = new Set([
  'replaces a lower file by an undescribed parent',
  "ignores AUFS's own files",
]);

describe('the tree of layers', () => {
  const pool = new WorkerPool();
  after(() => pool.close());

  /** Converts, renders and unpacks the layers. */
  async function renderAndUnpack(
    scratch: string,
    layers: readonly Buffer[],
  ): Promise<{ rendered: Rendered; differences: (notMade?: string[]) => Promise<string[]> }> {
    const { layout, config, ...image } = await writeLayout(join(scratch, 'layout'), layers);
    const bundle = join(scratch, 'bundle');
    await run('umoci', 'unpack', '--rootless', '--image', layout, bundle);
    const aci = join(scratch, 'image.aci');
    let temporary = 0;
    const { imageId } = await convertLayers({
      pool,
      tempFile: (suffix) => Promise.resolve(join(scratch, `${temporary++}${suffix}`)),
      signal: undefined,
      layers: image.layers,
      out: aci,
      image: {
        reference: { registry: 'localhost:5000', repository: 'team/app', tag: 'test', digest: undefined },
        config,
        manifestDigest: 'sha256:1',
        configDigest: 'sha256:2',
        platform: { os: 'linux', architecture: 'amd64' },
      },
    });
    const list = [{ imageId, aci, pathWhitelist: [], within: [] }];
    const rendered = await renderTree({ fs }, list, scratch, UNWATCHED);
    const [ours, theirs] = [join(scratch, 'rootfs'), join(bundle, 'rootfs')];
    return { rendered, differences: (notMade) => compareDirectories(ours, theirs, notMade) };
  }

  for (const [what, [layers]] of Object.entries(CASES)) {
    if (UNLIKE_UMOCI.has(what)) continue;
    it(`is what umoci unpacks where squashing ${what}`, () =>
      withDirectory(async (scratch) => {
        const archives = layers.map((entries, layer) =>
          archive(
            ...entries.map(({ size, ...header }, index): [object, string] => {
              const data = size > 0 ? `${layer}.${index}` : '';
              return [{ ...header, mtime: 1_700_000_000 + index, size: data.length }, data];
            }),
          ),
        );
        const { differences } = await renderAndUnpack(scratch, archives);
        assert.deepEqual(await differences(), []);
      }));
  }

  it('is what umoci unpacks with odd names, modes and times, but for devices', () =>
    withDirectory(async (scratch) => {
      const layer = archive(
        [{ name: 'd/', type: 'directory', mode: 0o1777, mtime: 1_600_000_000 }],
        [{ name: utf8('d/größe 名前'), mode: 0o4755, mtime: 1_600_000_001, uid: 1000, gid: 70_000_000 }, 'x'],
        [{ name: 'd/latin1-\xe9', mtime: 5 }, 'y'],
        [{ name: `d/${'long'.repeat(60)}`, mtime: 5 }, 'z'],
        [{ name: `${'deep/'.repeat(60)}end`, mtime: 5 }, 'w'],
        [{ name: 'late', mtime: 1_700_000_000, pax: [['mtime', '1700000000.123457']] }, 'v'],
        [{ name: 'secret', mode: 0, mtime: 5 }, 'u'],
        [{ name: 'closed/', type: 'directory', mode: 0o511, mtime: 1_600_000_000 }],
        [{ name: 'closed/file', mode: 0o2711, mtime: 5 }, 't'],
        [{ name: 'pipe', type: 'fifo', mode: 0o600, mtime: 5 }],
        [{ name: 'tty', type: 'character', deviceMajor: 5, deviceMinor: 1, mtime: 5 }],
        [{ name: 'link', type: 'symlink', linkName: 't'.repeat(200), mtime: 5 }],
        [{ name: 'link2', type: 'link', linkName: 'link' }],
      );
      const { rendered, differences } = await renderAndUnpack(scratch, [layer]);
      const notMade = rendered.notMade.map(({ path }) => path);
      assert.deepEqual(notMade, ['pipe', 'tty']);
      assert.deepEqual(await differences(notMade), []);
    }));
});

const BASE: ChainImage = {
  name: 'base',
  files: {
    'bin/sh': 'shell',
    'bin/bash': '= bin/sh',
    'etc/a': 'base a',
    'etc/b': 'base b',
    lib: '-> usr/lib',
    'usr/lib/so': 'base so',
    tmp: 'd 1777',
    opt: 'd 700',
  },
};
const LIBRARY: ChainImage = {
  name: 'lib',
  files: { 'etc/b': 'lib b', 'usr/lib/so': 'lib so', 'usr/lib/more': 'more', opt: 'd 755' },
};
const APP = { 'bin/app': 'program', 'etc/a': 'app a', 'etc/own': 'own', lib: 'a file now' };

interface Case {
  /** Builds on what the other images are. */
  readonly images: readonly (ChainImage & { readonly on?: readonly string[] })[];
  /** What GNU tar extracts one over the other: each image, and the names in it that are wanted. */
  readonly extracted: readonly (readonly [name: string, only?: readonly string[]])[];
}

/** By hand, from appc's aci.md and the rules of rkt's acirenderer: the last image is the one that is rendered. */
const CHAINS: Readonly<Record<string, Case>> = {
  'an image alone': { images: [BASE], extracted: [['base']] },
  'an image on another one': {
    images: [BASE, { name: 'app', on: ['base'], files: APP }],
    extracted: [['base'], ['app']],
  },
  'an image on two others, the second over the first': {
    images: [BASE, LIBRARY, { name: 'app', on: ['base', 'lib'], files: APP }],
    extracted: [['base'], ['lib'], ['app']],
  },
  'an image on two others in the other order': {
    images: [BASE, LIBRARY, { name: 'app', on: ['lib', 'base'], files: APP }],
    extracted: [['lib'], ['base'], ['app']],
  },
  'a chain of three, with the lowest named twice': {
    images: [BASE, { ...LIBRARY, on: ['base'] }, { name: 'app', on: ['base', 'lib'], files: APP }],
    extracted: [['base'], ['lib'], ['app']],
  },
  'a whitelist of an image alone': {
    images: [{ ...BASE, pathWhitelist: ['/etc/a', '/lib', '/nothing'] }],
    extracted: [['base', ['bin', 'etc', 'opt', 'tmp', 'usr', 'usr/lib', 'etc/a', 'lib']]],
  },
  'a whitelist of the topmost image': {
    images: [
      BASE,
      {
        name: 'app',
        on: ['base'],
        files: APP,
        pathWhitelist: ['/bin/app', '/etc/b', '/tmp/', '/usr/lib/so'],
      },
    ],
    extracted: [
      ['base', ['etc/b', 'tmp', 'usr/lib/so']],
      ['app', ['bin', 'etc', 'bin/app']],
    ],
  },
  'whitelists of a dependency and of the topmost image': {
    images: [
      BASE,
      { ...LIBRARY, on: ['base'], pathWhitelist: ['/etc/b', '/bin/bash'] },
      {
        name: 'app',
        on: ['lib'],
        files: APP,
        pathWhitelist: ['/bin/app', '/etc/a', '/etc/b', '/usr/lib/so'],
      },
    ],
    // The topmost whitelist holds for all below; of lib's own files its own holds too.
    extracted: [
      ['base', ['etc/a', 'etc/b', 'usr/lib/so']],
      ['lib', ['etc/b']],
      ['app', ['bin', 'etc', 'bin/app', 'etc/a']],
    ],
  },
  'a whitelist of a dependency': {
    images: [
      BASE,
      { ...LIBRARY, on: ['base'], pathWhitelist: ['/etc/b', '/bin/bash'] },
      { name: 'app', on: ['lib'], files: APP },
    ],
    extracted: [['base', ['etc/b', 'bin/bash']], ['lib', ['etc', 'opt', 'usr', 'usr/lib', 'etc/b']], ['app']],
  },
};

describe('larder image render of chains of ACIs', () => {
  for (const [what, { images, extracted }] of Object.entries(CHAINS)) {
    it(`${what}: the tree that GNU tar extracts from what actool built`, () =>
      withDirectory(async (scratch) => {
        const built = new Map<string, BuiltAci>();
        const get = (name: string): BuiltAci => built.get(name) ?? assert.fail(name);
        const store = join(scratch, 'store');
        let top = '';
        for (const { on = [], ...image } of images) {
          const aci = await buildChainAci(scratch, { ...image, dependencies: on.map(get) });
          built.set(image.name, aci);
          top = (await larder('fetch', '--dir', store, '--insecure-options=image', aci.aci)).trim();
          assert.equal(top, aci.imageId);
        }
        const [out, expected] = [join(scratch, 'out'), join(scratch, 'expected')];
        await larder('image', 'render', '--dir', store, top, out);
        await extractChain(
          expected,
          extracted.map(([name, only]) => ({ ...get(name), only })),
        );
        assert.deepEqual(await compareDirectories(join(out, 'rootfs'), expected), []);
        await run('actool', 'build', '--no-compression', out, join(scratch, 'again.aci'));
      }));
  }
});
