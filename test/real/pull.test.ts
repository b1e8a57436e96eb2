import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compareTree } from './compare-tree.ts';
import { IMAGES, makeImages, type ImageName, type RealImage } from './images.ts';
import { larder } from './larder.ts';
import { run, startRegistry } from './parts.ts';

interface FetchResult {
  readonly imageId: string;
  readonly outcome: string;
}

describe('larder fetch from docker-registry', () => {
  const cleanup = new AsyncDisposableStack();
  let directory: string;
  let images: Record<ImageName, RealImage>;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'larder-pull-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    const registry = cleanup.adopt(await startRegistry(directory), (it) => it.close());
    images = await makeImages(directory, registry.host);
  });
  after(() => cleanup.disposeAsync());

  const fetchImage = async (argument: string, ...flags: readonly string[]): Promise<FetchResult> => {
    const json = await larder('fetch', '--json', '--dir', join(directory, 'store'), ...flags, argument);
    const [result] = JSON.parse(json) as [FetchResult];
    return result;
  };
  const pathOf = (imageId: string): string =>
    join(directory, 'store/blob/sha512', imageId.slice('sha512-'.length).slice(0, 2), imageId);

  for (const [name, what] of Object.entries(IMAGES) as [ImageName, string][]) {
    it(`${what}: the tree that umoci unpacks, in an ACI that actool accepts`, async () => {
      const { reference, layout, platform } = images[name];
      const flags = platform === undefined ? [] : ['--platform', platform];
      const first = await fetchImage(`docker://${reference}`, ...flags);
      assert.equal(first.outcome, 'fetched');
      await run('actool', 'validate', pathOf(first.imageId));
      const bundle = join(directory, `${name}.unpacked`);
      await run('umoci', 'unpack', '--rootless', '--image', layout, bundle);
      assert.deepEqual(await compareTree(pathOf(first.imageId), join(bundle, 'rootfs')), []);

      assert.deepEqual(await fetchImage(`docker://${reference}`, ...flags), { ...first, outcome: 'store' });
      const forced = await fetchImage('--force-fetch', `docker://${reference}`, ...flags);
      assert.deepEqual(forced, { ...first, outcome: 'revalidated' });
    });
  }

  it('pins to the digest that skopeo reads from the registry', async () => {
    const { reference } = images.oci;
    const inspect = ['inspect', '--tls-verify=false', '--format', '{{.Digest}}'];
    const digest = (await run('skopeo', ...inspect, `docker://${reference}`)).trim();
    const [explained] = JSON.parse(
      await larder('explain', '--json', '--dir', join(directory, 'store'), `docker://${reference}`),
    ) as [{ store: { digest: string } }];
    assert.equal(explained.store.digest, digest);
    // What the tag has brought is there by its digest, too; where nothing is, the registry knows it by that.
    const pinned = `docker://${reference}@${digest}`;
    assert.equal((await fetchImage(pinned)).outcome, 'store');
    const elsewhere = join(directory, 'other-store');
    const [fetched] = JSON.parse(await larder('fetch', '--json', '--dir', elsewhere, pinned)) as [
      FetchResult,
    ];
    assert.equal(fetched.outcome, 'fetched');
  });

  it('leaves a store that verifies', async () => {
    const findings = JSON.parse(
      await larder('image', 'verify', '--json', '--dir', join(directory, 'store')),
    ) as { kind: string; state: string }[];
    assert.ok(findings.every(({ state }) => state === 'ok'));
    assert.deepEqual(new Set(findings.map(({ kind }) => kind)), new Set(['image', 'manifest', 'blob']));
  });

  it('says what is wrong with an image that is not there', async () => {
    await assert.rejects(fetchImage(`docker://${images.oci.reference}-missing`), /exited with 1/);
  });
});
