import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NameImage } from '../../../server/src/domain/image.ts';
import type { RemoteRecord } from '../../../server/src/domain/record.ts';
import type { Store } from '../../../server/src/engine/store/store.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { byDigest, byId, byReference, byUrl } from './contract.ts';
import {
  NOW,
  PLATFORM,
  dockerRemote,
  importImage,
  sha256,
  sha512,
  testHost,
  withDirectory,
} from './fixture.ts';
import type { TestHost } from './fixture.ts';

const byName = (labels: Record<string, string>, name = 'example.com/app'): NameImage => ({
  kind: 'name',
  canonical: name,
  name,
  labels,
});

async function withStore(body: (store: Store, host: TestHost) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const host = testHost();
    const store = await openStore(host, directory);
    await body(store, host);
    await store.close();
  });
}

describe('a view finds', () => {
  it('by name the image that carries all asked labels', () =>
    withStore(async (store) => {
      const name = 'example.com/app';
      const one = await importImage(store, '1', { name, labels: { os: 'linux', version: '1' } });
      const two = await importImage(store, '2', { name, labels: { os: 'linux', version: '2', extra: 'x' } });
      const find = (image: NameImage): string | undefined =>
        store.view().find(image, PLATFORM)?.image.imageId;
      assert.equal(find(byName({ version: '1' })), one);
      assert.equal(find(byName({ version: '2', os: 'linux' })), two);
      assert.equal(find(byName({ version: '3' })), undefined);
      assert.equal(find(byName({ version: '1', extra: 'x' })), undefined);
      assert.equal(find(byName({ os: 'linux' }, 'example.com/ap')), undefined);
    }));

  it('by name without a version what was imported as latest, then the newest import', () =>
    withStore(async (store, host) => {
      const name = 'example.com/app';
      const steps: { latest: boolean; expected: 'this' | 'before' }[] = [
        { latest: false, expected: 'this' },
        { latest: false, expected: 'this' },
        { latest: true, expected: 'this' },
        { latest: false, expected: 'before' },
        { latest: true, expected: 'this' },
      ];
      let best: string | undefined;
      for (const [index, { latest, expected }] of steps.entries()) {
        host.now = NOW + index;
        const imageId = await importImage(store, `${index}`, { name, latest, labels: { version: '1' } });
        if (expected === 'this') best = imageId;
        assert.equal(store.view().find(byName({}), PLATFORM)?.image.imageId, best, `step ${index}`);
        const versioned = store.view().find(byName({ version: '1' }), PLATFORM);
        assert.equal(versioned?.image.imageId, imageId, 'a version was asked: the newest import');
      }
    }));

  it('by a prefix of an image ID, and says when it fits several', () =>
    withStore(async (store) => {
      // Two contents whose IDs begin alike do not turn up by chance, so the IDs are made up.
      const [a, b] = [`sha512-${'ab'.repeat(64)}`, `sha512-${'ab'.repeat(63)}cd`];
      await importImage(store, 'a', { imageId: a });
      await importImage(store, 'b', { imageId: b });
      const view = store.view();
      assert.equal(view.find(byId(a), PLATFORM)?.image.imageId, a);
      assert.equal(view.find(byId(b.slice(0, -1)), PLATFORM)?.image.imageId, b);
      assert.equal(view.find(byId('sha512-abababababcd'), PLATFORM), undefined);
      assert.throws(() => view.find(byId('sha512-ababababab'), PLATFORM), {
        code: 'E_AMBIGUOUS',
        message: new RegExp(`${a} and ${b}`),
      });
    }));

  it('for an ID or a name the URL that was asked last', () =>
    withStore(async (store) => {
      const imageId = await importImage(store, 'a', { name: 'example.com/app' });
      await store.recordRemote(dockerRemote('old', imageId, { checkedAt: NOW - 5 }));
      await store.recordRemote(dockerRemote('new', imageId, { checkedAt: NOW }));
      await store.recordRemote(dockerRemote('never', imageId, { checkedAt: null }));
      const url = 'docker://registry.example/new:1';
      assert.equal(store.view().find(byId(imageId), PLATFORM)?.remote?.url, url);
      assert.equal(store.view().find(byName({}), PLATFORM)?.remote?.url, url);
    }));

  it('nothing for what was never fetched, however often it is asked', () =>
    withStore(async (store) => {
      await importImage(store, 'a', { remote: dockerRemote('app', sha512('a')) });
      for (let i = 0; i < 2; i++) {
        assert.equal(store.view().find(byReference('other'), PLATFORM), undefined);
        assert.equal(store.view().find(byUrl('docker://registry.example/app:1'), PLATFORM), undefined);
        assert.equal(store.view().find(byReference('app'), PLATFORM)?.image.imageId, sha512('a'));
      }
    }));

  it('by a digest what was fetched by a tag of the same repository', () =>
    withStore(async (store) => {
      const [index, manifest] = [sha256('index'), sha256('manifest')];
      const { docker } = dockerRemote('app', '');
      assert.ok(docker);
      const digests = { ...docker, digest: index, manifestDigest: manifest };
      const imageId = await importImage(store, 'a');
      const row = dockerRemote('app', imageId, { docker: digests });
      await store.recordRemote(row);
      const find = (name: string, digest: string, platform = PLATFORM): unknown =>
        store.view().find(byDigest(name, digest), platform)?.remote;
      assert.deepEqual(find('app', index), row);
      assert.deepEqual(find('app', manifest), row);
      assert.equal(find('app', docker.configDigest), undefined, 'no registry answers for it');
      assert.equal(find('app', index, 'linux/arm64'), undefined, 'another platform');
      for (const name of ['ap', 'app/a', 'app-a', 'App', 'shop/app'])
        assert.equal(find(name, index), undefined, name);
      await store.recordRemote({ ...row, docker: { ...digests, movedTo: sha256('new') } });
      assert.notEqual(find('app', index), undefined, 'where the tag leads by now does not matter');
      assert.equal(find('app', sha256('new')), undefined);
      await store.removeImage(imageId);
      assert.equal(find('app', index), undefined);
    }));

  it('by a digest its own URL first, then what was asked last', () =>
    withStore(async (store) => {
      const digest = sha256('index');
      const { docker } = dockerRemote('app', '');
      assert.ok(docker);
      const rowOf = (imageId: string, url: string, checkedAt: number | null): RemoteRecord =>
        dockerRemote('app', imageId, { url, checkedAt, docker: { ...docker, digest } });
      const { canonical } = byDigest('app', digest);
      const [a, b, c] = [
        await importImage(store, 'a'),
        await importImage(store, 'b'),
        await importImage(store, 'c'),
      ];
      const find = (): string | undefined =>
        store.view().find(byDigest('app', digest), PLATFORM)?.image.imageId;
      await store.recordRemote(rowOf(a, 'docker://registry.example/app:1', NOW));
      await store.recordRemote(rowOf(b, 'docker://registry.example/app:2', NOW - 1));
      assert.equal(find(), a);
      await store.recordRemote({ ...rowOf(c, canonical, null), docker: null });
      assert.equal(find(), c, 'as after a rebuild of the index, which knows no digests');
    }));

  it('the docker references that lead to an image, each once', () =>
    withStore(async (store) => {
      assert.deepEqual(store.view().dockerReferences(), []);
      await importImage(store, 'b', { remote: dockerRemote('b', sha512('b')) });
      await importImage(store, 'a', { remote: dockerRemote('a', sha512('a')) });
      const other = { ...dockerRemote('a', sha512('c')), platform: 'linux/arm64' };
      await importImage(store, 'c', { remote: other });
      await importImage(store, 'd');
      const urls = ['a', 'b'].map((name) => byReference(name).canonical);
      assert.deepEqual(store.view().dockerReferences(), urls);
    }));

  it('images newest first', () =>
    withStore(async (store, host) => {
      for (const [index, content] of ['b', 'a', 'c'].entries()) {
        host.now = NOW + index;
        await importImage(store, content);
      }
      const ids = store
        .view()
        .images()
        .map(({ imageId }) => imageId);
      assert.deepEqual(ids, [sha512('c'), sha512('a'), sha512('b')]);
    }));
});
