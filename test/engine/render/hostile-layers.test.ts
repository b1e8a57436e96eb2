import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { convertLayers } from '../../../server/src/engine/aci/convert.ts';
import { WorkerPool } from '../../../server/src/engine/aci/worker-pool.ts';
import { renderTree } from '../../../server/src/engine/render/render-tree.ts';
import { archive, layerFile } from '../aci/archives.ts';
import { linesOf, UNWATCHED, withDirectory } from './fixture.ts';
import type { Member } from './fixture.ts';
import { snapshotOf } from './snapshot.ts';

type Layers = readonly (readonly Member[])[];
/** What becomes of the layers: an error's code, or a tree. */
type Expected = string | readonly string[];

const file = (name: string, data = ''): Member => [{ name }, data];
const link = (name: string, linkName: string): Member => [{ name, type: 'symlink', linkName }];
const hard = (name: string, linkName: string): Member => [{ name, type: 'link', linkName }];

/** What somebody might push to a registry. `outside` must stay as it is. */
const HOSTILE: Readonly<Record<string, (outside: string) => readonly [Layers, Expected]>> = {
  'a name that climbs': () => [[[file('../canary')]], 'E_ARCHIVE'],
  'an absolute name': () => [[[file('/etc/cron', 'x')]], ['etc/', 'etc/cron: x']],
  'a link to the outside, and a file below it in the next layer': (outside) => [
    [[link('l', `/../..${outside}`)], [file('l/secret', 'changed')]],
    linesBelow(outside, `l -> /../..${outside}`, 'secret: changed'),
  ],
  'a whiteout behind a link to the outside': (outside) => [
    [[link('l', outside)], [file('l/.wh.secret')]],
    [`l -> ${outside}`],
  ],
  'an opaque whiteout behind a link to the outside': (outside) => [
    [[link('l', outside)], [file('l/.wh..wh..opq')]],
    [`l -> ${outside}`],
  ],
  'a whiteout of the directory above': () => [[[file('a')], [file('.wh...')]], 'E_ARCHIVE'],
  'a whiteout of the root': () => [[[file('a')], [file('.wh..')]], 'E_ARCHIVE'],
  'a hard link to the outside': (outside) => [[[hard('a', `${outside}/secret`)]], 'E_ARCHIVE'],
  'a hard link that climbs': (outside) => [[[hard('a', `../../../..${outside}/secret`)]], 'E_ARCHIVE'],
  'links in circles': () => [[[link('a', 'b'), link('b', 'a')], [file('a/x')]], 'E_ARCHIVE'],
  'a layer that replaces what the one below links to': (outside) => [
    [[link('d', outside)], [[{ name: 'd/', type: 'directory' }], file('d/secret', 'own')]],
    ['d/', 'd/secret: own'],
  ],
  'thousands of names that need thousands of directories each': () => [
    [Array.from({ length: 1000 }, (_, n) => file(`${n}/${'a/'.repeat(1990)}f`))],
    'E_TOO_LARGE',
  ],
};

function linesBelow(outside: string, link_: string, below: string): string[] {
  const parts = outside.slice(1).split('/');
  const directories = parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
  return [link_, ...directories, `${outside.slice(1)}/${below}`].sort();
}

describe('a hostile docker image', () => {
  const pool = new WorkerPool(1);
  after(() => pool.close());

  /** Converts layers to an ACI, and renders it. */
  async function treeOf(scratch: string, layers: readonly Buffer[]): Promise<string[]> {
    let temporary = 0;
    const inputs = await Promise.all(layers.map((tar) => layerFile(scratch, tar, gzipSync)));
    const out = join(scratch, 'image.aci');
    const { imageId } = await convertLayers({
      pool,
      tempFile: (suffix) => Promise.resolve(join(scratch, `${temporary++}${suffix}`)),
      signal: undefined,
      layers: inputs,
      out,
      image: {
        reference: { registry: 'localhost:5000', repository: 'team/app', tag: 'test', digest: undefined },
        config: '{}',
        manifestDigest: 'sha256:1',
        configDigest: 'sha256:2',
        platform: { os: 'linux', architecture: 'amd64' },
      },
    });
    await renderTree({ fs }, [{ imageId, aci: out, pathWhitelist: [], within: [] }], scratch, UNWATCHED);
    return linesOf(join(scratch, 'rootfs'));
  }

  for (const [what, hostile] of Object.entries(HOSTILE)) {
    it(`with ${what} does no harm`, () =>
      withDirectory(async (directory) => {
        const [outside, scratch] = [join(directory, 'outside'), join(directory, 'scratch')];
        await fs.mkdir(outside);
        await fs.mkdir(scratch);
        await fs.writeFile(join(outside, 'secret'), 'secret');
        const was = await snapshotOf(directory, ['scratch']);
        const [layers, expected] = hostile(outside);
        const made = treeOf(
          scratch,
          layers.map((members) => archive(...members)),
        );
        if (typeof expected === 'string') await assert.rejects(made, { code: expected });
        else assert.deepEqual(await made, expected);
        assert.deepEqual(await snapshotOf(directory, ['scratch']), was);
      }));
  }
});
