import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { FetchProgress } from '../../../server/src/engine/progress.ts';
import { pull } from '../../../server/src/engine/sources/docker.ts';
import type { PulledImage, PulledLayer } from '../../../server/src/engine/sources/docker.ts';
import { buildImage, buildIndex, descriptor, jsonContent } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';
import type { Content } from '../../helpers/layers.ts';
import { AMD64, ARM64, withRegistry } from './fixture.ts';
import type { Fixture } from './fixture.ts';

const NEVER = new AbortController().signal;
const ignore = (): void => undefined;

const oneImage = (text = 'one'): Promise<TestImage> =>
  buildImage({
    layers: [
      { files: [{ name: 'etc/motd', content: text }] },
      { files: [{ name: 'usr/share/doc', content: 'words' }], compression: 'zstd' },
      { files: [{ name: 'plain', content: 'text' }], compression: 'none' },
    ],
    config: { Cmd: ['/bin/app'] },
  });

type Pulled = PulledImage & { readonly layers: readonly PulledLayer[] };

async function pullOf({ context, image }: Fixture, reference: string, platform = AMD64): Promise<Pulled> {
  const layers: PulledLayer[] = [];
  const watch = {
    ...{ signal: NEVER, onProgress: ignore },
    onLayer: (index: number, layer: PulledLayer) => void (layers[index] = layer),
  };
  return { ...(await pull(context, image(reference), platform, watch)), layers };
}

/** An image as a registry would serve it whose manifest is any document. */
const pushable = (manifest: Content, blobs: readonly Content[] = []) => ({
  digest: manifest.digest,
  manifests: [manifest],
  blobs,
});

describe('pull', () => {
  it('brings configuration and layers into the store, and tells of each', () =>
    withRegistry(async (fixture) => {
      const image = await oneImage();
      fixture.registry.push('team/app', '1', image);
      const pulled = await pullOf(fixture, 'team/app:1');

      assert.equal(pulled.digest, image.digest);
      assert.equal(pulled.manifestDigest, image.digest);
      assert.equal(pulled.configDigest, image.config.digest);
      assert.deepEqual(pulled.configBytes, image.config.bytes);
      assert.equal(
        pulled.downloadSize,
        image.layers.reduce((sum, { bytes }) => sum + bytes.length, 0),
      );
      for (const [at, layer] of image.layers.entries()) {
        const got = pulled.layers[at];
        assert.ok(got);
        assert.deepEqual(await fs.readFile(got.path), layer.bytes);
        assert.deepEqual(got, { ...descriptor(layer), diffId: layer.diffId, path: got.path });
      }
      const { blobs } = fixture.store;
      assert.deepEqual(await blobs.read(image.digest, 10_000), image.manifest.bytes);
      const asked = [
        `manifests/1`,
        ...[image.config, ...image.layers].map(({ digest }) => `blobs/${digest}`),
      ];
      assert.deepEqual(
        fixture.registry.requestLines.toSorted(),
        asked.map((path) => `GET /v2/team/app/${path} → 200`).toSorted(),
      );
    }));

  it('takes the platform of an index, and keeps the index too', () =>
    withRegistry(async (fixture) => {
      const amd64 = await oneImage();
      const arm64 = await buildImage({
        layers: [{ files: [{ name: 'arm', content: 'arm' }] }],
        platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
        mediaTypes: 'docker',
      });
      const index = buildIndex([amd64, arm64], 'docker');
      fixture.registry.push('team/app', '1', index);
      const pulled = await pullOf(fixture, 'team/app:1', ARM64);
      assert.equal(pulled.digest, index.digest);
      assert.equal(pulled.manifestDigest, arm64.digest);
      assert.deepEqual(await fixture.store.blobs.read(index.digest, 10_000), index.index.bytes);
      assert.deepEqual(fixture.registry.requestLines.slice(0, 2), [
        'GET /v2/team/app/manifests/1 → 200',
        `GET /v2/team/app/manifests/${arm64.digest} → 200`,
      ]);
      assert.equal(fixture.registry.requests.length, 4);
    }));

  it('asks only for what the store does not have', () =>
    withRegistry(async (fixture) => {
      const [first, second] = [await oneImage('first'), await oneImage('second')];
      fixture.registry.push('team/app', '1', first);
      await pullOf(fixture, 'team/app:1');
      fixture.registry.move('team/app', '1', second);
      fixture.registry.clearRequests();
      await pullOf(fixture, 'team/app:1');
      const [manifest, ...blobs] = fixture.registry.requestLines;
      assert.equal(manifest, 'GET /v2/team/app/manifests/1 → 200');
      const changed = [second.config.digest, second.layers[0]?.digest ?? ''];
      assert.deepEqual(
        blobs.toSorted(),
        changed.map((digest) => `GET /v2/team/app/blobs/${digest} → 200`).toSorted(),
      );
    }));

  it('asks nothing at all for a digest whose blobs the store has, and again for one that is spoiled', () =>
    withRegistry(async (fixture) => {
      const image = await oneImage();
      fixture.registry.push('team/app', undefined, image);
      const reference = `team/app@${image.digest}`;
      await pullOf(fixture, reference);
      fixture.registry.clearRequests();
      await pullOf(fixture, reference);
      assert.deepEqual(fixture.registry.requestLines, []);

      await fs.writeFile(fixture.store.blobs.path(image.digest), 'spoiled');
      await pullOf(fixture, reference);
      assert.deepEqual(fixture.registry.requestLines, [`GET /v2/team/app/manifests/${image.digest} → 200`]);
    }));

  it('downloads a layer once that is there twice', () =>
    withRegistry(async (fixture) => {
      const same = { files: [{ name: 'same', content: 'same' }] };
      const image = await buildImage({ layers: [same, same] });
      fixture.registry.push('team/app', '1', image);
      const pulled = await pullOf(fixture, 'team/app:1');
      assert.equal(pulled.layers.length, 2);
      assert.equal(pulled.downloadSize, image.layers[0]?.bytes.length);
      assert.equal(fixture.registry.requests.length, 3);
    }));

  it('tells of bytes that only grow, up to the total', () =>
    withRegistry(async (fixture) => {
      const image = await oneImage();
      fixture.registry.push('team/app', '1', image);
      const seen: FetchProgress[] = [];
      const onProgress = (now: FetchProgress): void => void seen.push(now);
      const watch = { signal: NEVER, onProgress, onLayer: ignore };
      await pull(fixture.context, fixture.image('team/app:1'), AMD64, watch);
      const total = image.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
      assert.deepEqual(seen[0], { phase: 'resolve', received: 0, total: null });
      assert.deepEqual(seen[1], { phase: 'download', received: 0, total });
      assert.deepEqual(seen.at(-1), { phase: 'download', received: total, total });
      const received = seen.map((progress) => progress.received);
      assert.deepEqual(
        received,
        received.toSorted((a, b) => a - b),
      );
    }));

  it('pulls an image of many layers without a word of Node on too many listeners', () =>
    withRegistry(async (fixture) => {
      const layers = Array.from({ length: 40 }, (_, at) => ({
        files: [{ name: `file-${at}`, content: 'x' }],
      }));
      fixture.registry.push('team/app', '1', await buildImage({ layers }));
      const warnings: Error[] = [];
      const listen = (warning: Error): void => void warnings.push(warning);
      process.on('warning', listen);
      try {
        await pullOf(fixture, 'team/app:1');
        await setImmediate();
      } finally {
        process.off('warning', listen);
      }
      assert.deepEqual(warnings, []);
    }));

  it('stops the other downloads when one fails, and says why that one did', () =>
    withRegistry(async (fixture) => {
      const image = await oneImage();
      fixture.registry.push('team/app', '1', image);
      const [missing, slow] = image.layers;
      assert.ok(missing && slow);
      fixture.registry.misbehave(missing.digest, { kind: 'status', status: 404 });
      fixture.registry.misbehave(slow.digest, { kind: 'hang' });
      await assert.rejects(pullOf(fixture, 'team/app:1'), { code: 'E_NOT_FOUND' });
    }));

  it('refuses an image whose configuration does not fit its manifest', () =>
    withRegistry(async (fixture) => {
      const image = await oneImage();
      const config = jsonContent(image.config.mediaType, { rootfs: { type: 'layers', diff_ids: [] } });
      const manifest = jsonContent(image.manifest.mediaType, {
        schemaVersion: 2,
        config: descriptor(config),
        layers: image.layers.map(descriptor),
      });
      fixture.registry.push('team/app', '1', pushable(manifest, [config, ...image.layers]));
      await assert.rejects(pullOf(fixture, 'team/app:1'), {
        code: 'E_MANIFEST',
        message: /configuration has 0 layers, and its manifest 3/,
      });
    }));

  it('refuses a configuration that is too large before it is downloaded', () =>
    withRegistry(async (fixture) => {
      const image = await oneImage();
      const manifest = jsonContent(image.manifest.mediaType, {
        schemaVersion: 2,
        config: { ...descriptor(image.config), size: (4 << 20) + 1 },
        layers: [],
      });
      fixture.registry.push('team/app', '1', pushable(manifest));
      await assert.rejects(pullOf(fixture, 'team/app:1'), { code: 'E_TOO_LARGE' });
      assert.equal(fixture.registry.requests.length, 1);
    }));

  it('refuses a chosen manifest of another size than its index says', () =>
    withRegistry(async (fixture) => {
      const image = await oneImage();
      const index = jsonContent('application/vnd.oci.image.index.v1+json', {
        schemaVersion: 2,
        manifests: [{ ...descriptor(image.manifest), size: 1, platform: AMD64 }],
      });
      fixture.registry.push('team/app', '1', {
        ...image,
        digest: index.digest,
        manifests: [index, image.manifest],
      });
      await assert.rejects(pullOf(fixture, 'team/app:1'), { code: 'E_SIZE' });
    }));
});
