import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { HttpClient } from '../../server/src/engine/http/http-client.ts';
import { BlobDownloads } from '../../server/src/engine/registry/blob-downloads.ts';
import { openRegistries } from '../../server/src/engine/registry/registries.ts';
import { RegistryClient } from '../../server/src/engine/registry/registry-client.ts';
import { openStore } from '../../server/src/engine/store/store.ts';
import { networkHost } from '../helpers/network-host.ts';
import type { DeskImage } from './desk-user.ts';
import { Front } from './front.ts';
import { RegistryDesk } from './registry-desk.ts';

/** In earnest Larder waits for half a minute; and between attempts, which here takes no time. Milliseconds. */
const PATIENCE = 300;
const TIMEOUTS = { headersTimeout: PATIENCE, stallTimeout: PATIENCE };

describe('a registry that stalls', { concurrency: true }, () => {
  let desk: RegistryDesk;
  let image: DeskImage;

  before(async () => {
    desk = await RegistryDesk.open('stalls');
    image = await desk.push('shop/web:1', 100_000);
  });
  after(() => desk.close());

  /** The parts of the engine that speak to registries, in a store of their own; and what stands before the registry. */
  async function engine() {
    const front = desk.adopt(await Front.before(desk.openHost));
    const host = networkHost();
    const store = await openStore(host, desk.path('store'));
    const { parts } = openRegistries(host, {
      platform: 'linux',
      registriesConf: '/dev/null',
      tokenServers: {},
      credentials: {},
    });
    const client = new RegistryClient(host, new HttpClient(host, TIMEOUTS), parts);
    const repository = { registry: front.host, repository: image.repository };
    const { signal } = new AbortController();
    return {
      front,
      manifest: () => client.getManifest(repository, '1', signal),
      blob: async () => {
        const digest = image.blob.replace('blobs/', '');
        const blob = { digest, size: image.size, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' };
        const watch = { signal, onBytes: () => undefined };
        await new BlobDownloads(host, store, client, 1).get(repository, blob, watch);
        return readFile(store.blobs.path(digest));
      },
      close: async () => {
        for (const line of host.logged) desk.ledger.hear('the log', line);
        await store.close();
        await host.close();
      },
    };
  }

  it('in the middle of a layer is left, and asked for the rest', async () => {
    const { front, blob, close } = await engine();
    front.misbehave(image.blob, { kind: 'stall', after: 25_000, times: 2 });
    const whole = await front.bytes(`${image.repository}/${image.blob}`);
    assert.ok((await blob()).equals(whole));
    assert.deepEqual(
      front.requests.map(({ range }) => range),
      [undefined, 'bytes=25000-', 'bytes=50000-'],
    );
    await close();
  });

  it('before it answers is asked again', async () => {
    const { front, manifest, close } = await engine();
    front.misbehave('manifests/1', { kind: 'hang', times: 2 });
    assert.equal((await manifest()).digest, image.digest);
    await close();
  });

  it('every time is given up', async () => {
    const { front, manifest, blob, close } = await engine();
    front.misbehave('', { kind: 'hang' });
    front.misbehave(image.blob, { kind: 'stall', after: 0 });
    const expected = { code: 'E_TIMEOUT', message: new RegExp(`${front.host} did not answer in time`) };
    await Promise.all([assert.rejects(manifest(), expected), assert.rejects(blob(), expected)]);
    await close();
  });
});
