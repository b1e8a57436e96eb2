import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { DockerImage, HttpImage, IdImage } from '../../../server/src/domain/image.ts';
import type { RemoteRecord } from '../../../server/src/domain/record.ts';
import type { Store } from '../../../server/src/engine/store/store.ts';
import { NOW, PLATFORM, dockerRemote, importImage, imported, sha256, sha512 } from './fixture.ts';
import type { TestHost } from './fixture.ts';

/** Runs a test with a new, empty store; `reopen` opens the same one again, as another process would. */
export type WithStore = (
  body: (store: Store, host: TestHost, reopen: () => Promise<Store>) => Promise<void>,
) => Promise<void>;

/** What every store does (behaviour.md §8), whatever it is made of. */
export function storeContract(withStore: WithStore): void {
  describe('images', () => {
    it('begins empty', () =>
      withStore(async (store) => {
        assert.equal(store.view().imageCount, 0);
        assert.deepEqual(store.view().images(), []);
        assert.equal(store.view().find(byId(sha512('a')), PLATFORM), undefined);
        await assert.rejects(store.manifestText(sha512('a')), { code: 'E_NOT_FOUND' });
      }));

    it('has an imported image, its bytes, its manifest and where it came from', () =>
      withStore(async (store, _host, reopen) => {
        const remote = dockerRemote('app', sha512('content'));
        const signers = [{ fingerprint: 'AB12', identity: 'A <a@example.com>' }];
        const imageId = await importImage(store, 'content', { remote, signers, latest: true });
        for (const each of [store, await reopen()]) {
          const image = {
            ...{ imageId, size: 7, name: 'registry.example/app', signers, latest: true },
            ...{ labels: { os: 'linux', arch: 'amd64', version: '1' }, importedAt: NOW, lastUsedAt: NOW },
          };
          assert.deepEqual(each.view().find(byReference('app'), PLATFORM), { image, remote });
          assert.deepEqual(each.view().find(byId(imageId), PLATFORM), { image, remote });
          assert.deepEqual(each.view().images(), [image]);
          assert.equal(await fs.readFile(each.imagePath(imageId), 'utf8'), 'content');
          assert.equal(await each.manifestText(imageId), imported('content').manifest);
        }
      }));

    it('keeps who signed the same bytes when they are imported again unsigned', () =>
      withStore(async (store, host) => {
        const signers = [{ fingerprint: 'AB12', identity: 'A' }];
        const imageId = await importImage(store, 'content', { signers });
        host.now += 1000;
        await importImage(store, 'content');
        const record = store.view().find(byId(imageId), PLATFORM);
        assert.deepEqual(record?.image.signers, signers);
        assert.equal(record.image.importedAt, NOW + 1000);
      }));

    it('removes an image with all that leads to it', () =>
      withStore(async (store, _host, reopen) => {
        const remote = dockerRemote('app', sha512('a'));
        const dependencies = [{ name: 'example.com/base', labels: {}, imageId: null, size: 5 }];
        const imageId = await importImage(store, 'a', { remote, dependencies });
        const kept = await importImage(store, 'b');
        await store.removeImage(imageId);
        for (const each of [store, await reopen()]) {
          assert.deepEqual(
            each
              .view()
              .images()
              .map((image) => image.imageId),
            [kept],
          );
          assert.equal(each.view().find(byReference('app'), PLATFORM), undefined);
        }
        await assert.rejects(fs.stat(store.imagePath(imageId)), { code: 'ENOENT' });
        await assert.rejects(store.manifestText(imageId), { code: 'E_NOT_FOUND' });
        await assert.rejects(store.removeImage(imageId), { code: 'E_NOT_FOUND' });
      }));

    it('does any number of changes at once', () =>
      withStore(async (store, _host, reopen) => {
        const contents = Array.from({ length: 20 }, (_, i) => `image ${i}`);
        const ids = await Promise.all(contents.map((content) => importImage(store, content)));
        const gone = ids.filter((_, i) => i % 2 === 0);
        const results = await Promise.allSettled([
          ...gone.map((id) => store.removeImage(id)),
          store.removeImage(sha512('never there')),
        ]);
        assert.deepEqual(
          results.map(({ status }) => status).slice(0, -1),
          gone.map(() => 'fulfilled'),
        );
        assert.equal(results.at(-1)?.status, 'rejected');
        assert.equal((await reopen()).view().imageCount, 10);
      }));

    it('keeps an image that is removed and imported at once either whole or not at all', () =>
      withStore(async (store) => {
        const imageId = await importImage(store, 'a');
        await Promise.all([store.removeImage(imageId), importImage(store, 'a')]);
        const inIndex = store.view().find(byId(imageId), PLATFORM) !== undefined;
        const onDisk = await fs.stat(store.imagePath(imageId)).then(
          () => true,
          () => false,
        );
        assert.equal(onDisk, inIndex);
      }));

    it('counts a use within the hour once', () =>
      withStore(async (store, host) => {
        const imageId = await importImage(store, 'a');
        const { generation } = store.view();
        host.now += 60_000;
        await store.touch([imageId]);
        assert.equal(store.view().generation, generation);
        host.now += 3_600_000;
        await store.touch([imageId, sha512('unknown')]);
        assert.equal(store.view().find(byId(imageId), PLATFORM)?.image.lastUsedAt, host.now);
      }));
  });

  describe('remote rows', () => {
    it('keeps all that is known about a URL, also what is not known', () =>
      withStore(async (store) => {
        const imageId = await importImage(store, 'a');
        const url = 'https://example.com/app.aci';
        const rows: RemoteRecord[] = [
          httpRow(url, imageId, {
            etag: '"x"',
            lastModified: 'Thu, 15 Jan 2026 12:00:00 GMT',
            freshUntil: NOW + 1,
            policy: '{}',
          }),
          httpRow(url, imageId, { etag: null, lastModified: null, freshUntil: null, policy: null }),
          { ...httpRow(url, imageId, null), checkedAt: null },
        ];
        for (const row of rows) {
          await store.recordRemote(row);
          assert.deepEqual(store.view().find(byUrl(url), PLATFORM)?.remote, row);
        }
      }));

    it('keeps the platforms of one reference apart', () =>
      withStore(async (store) => {
        const [amd64, arm64] = [await importImage(store, 'a'), await importImage(store, 'b')];
        await store.recordRemote(dockerRemote('app', amd64));
        await store.recordRemote(dockerRemote('app', arm64, { platform: 'linux/arm64' }));
        assert.equal(store.view().find(byReference('app'), PLATFORM)?.image.imageId, amd64);
        assert.equal(store.view().find(byReference('app'), 'linux/arm64')?.image.imageId, arm64);
        assert.equal(store.view().find(byReference('app'), 'linux/s390x'), undefined);
      }));

    it('leads a URL to another image, and notes where a tag has moved', () =>
      withStore(async (store) => {
        const old = await importImage(store, 'old', { remote: dockerRemote('app', sha512('old')) });
        const { docker } = dockerRemote('app', old);
        assert.ok(docker);
        await store.recordRemote(dockerRemote('app', old, { docker: { ...docker, movedTo: sha256('new') } }));
        assert.equal(store.view().find(byReference('app'), PLATFORM)?.remote?.docker?.movedTo, sha256('new'));
        const now = await importImage(store, 'new', { remote: dockerRemote('app', sha512('new')) });
        assert.equal(store.view().find(byReference('app'), PLATFORM)?.image.imageId, now);
        assert.equal(store.view().find(byReference('app'), PLATFORM)?.remote?.docker?.movedTo, null);
        assert.equal(store.view().find(byId(old), PLATFORM)?.remote, null);
      }));

    it('knows by its digest what a tag meant before, for as long as the image is there', () =>
      withStore(async (store, _host, reopen) => {
        const digests = ['first', 'second', 'third'].map(sha256);
        const find = (each: Store): (string | undefined)[] =>
          digests.map((digest) => each.view().find(byDigest('app', digest), PLATFORM)?.image.imageId);
        const { docker } = dockerRemote('app', '');
        assert.ok(docker);
        const ids = [await importImage(store, 'one'), await importImage(store, 'two')] as const;
        // The second digest is that of an index in which only other platforms have changed.
        const meanings = [ids[0], ids[0], ids[1]];
        for (const [index, digest] of digests.entries()) {
          const row = dockerRemote('app', meanings[index] ?? '', { docker: { ...docker, digest } });
          await store.recordRemote(row);
          await store.recordRemote({ ...row, checkedAt: NOW + 1 });
        }
        for (const each of [store, await reopen()]) assert.deepEqual(find(each), meanings);
        assert.equal(store.view().find(byReference('app'), PLATFORM)?.image.imageId, ids[1]);
        await store.removeImage(ids[0]);
        assert.deepEqual(find(store), [undefined, undefined, ids[1]]);
      }));

    it('records nothing for an image that is not there, and takes nothing away', () =>
      withStore(async (store) => {
        const imageId = await importImage(store, 'a', { remote: dockerRemote('app', sha512('a')) });
        await store.recordRemote(dockerRemote('app', sha512('gone')));
        assert.equal(store.view().find(byReference('app'), PLATFORM)?.image.imageId, imageId);
      }));
  });

  describe('views', () => {
    it('are of one moment', () =>
      withStore(async (store) => {
        const before = store.view();
        const imageId = await importImage(store, 'a');
        const after = store.view();
        await store.removeImage(imageId);
        assert.deepEqual([before.imageCount, after.imageCount, store.view().imageCount], [0, 1, 0]);
        assert.equal(before.find(byId(imageId), PLATFORM), undefined);
        assert.equal(after.find(byId(imageId), PLATFORM)?.image.imageId, imageId);
        assert.ok(before.generation < after.generation && after.generation < store.view().generation);
      }));

    it('show what another process did after a refresh', () =>
      withStore(async (store, _host, reopen) => {
        const other = await reopen();
        assert.equal(await store.refresh(), false);
        await importImage(other, 'a');
        assert.equal(store.view().imageCount, 0);
        assert.equal(await store.refresh(), true);
        assert.equal(store.view().imageCount, 1);
        assert.equal(await store.refresh(), false);
      }));
  });

  describe('blobs', () => {
    it('stores a small blob once', () =>
      withStore(async (store) => {
        const digest = sha256('manifest');
        assert.equal(await store.blobs.has(digest), false);
        await assert.rejects(store.blobs.read(digest, 100), { code: 'E_NOT_FOUND' });
        await Promise.all([1, 2, 3].map(() => store.blobs.put(digest, Buffer.from('manifest'))));
        assert.equal(await store.blobs.has(digest), true);
        assert.equal(String(await store.blobs.read(digest, 8)), 'manifest');
        assert.equal(await fs.readFile(store.blobs.path(digest), 'utf8'), 'manifest');
        await assert.rejects(store.blobs.read(digest, 7), { code: 'E_TOO_LARGE' });
      }));

    it('refuses what is no digest', () =>
      withStore(async (store) => {
        for (const digest of ['', 'sha256:..', `sha256:${'A'.repeat(64)}`, `md5:${'a'.repeat(32)}`]) {
          assert.throws(() => store.blobs.path(digest), { code: 'E_DIGEST' });
          await assert.rejects(store.blobs.has(digest), { code: 'E_DIGEST' });
        }
        assert.throws(() => store.imagePath('sha512-../../etc/passwd'), { code: 'E_REF' });
      }));
  });
}

export const byId = (id: string): IdImage => ({ kind: 'id', canonical: id, id });

export const byUrl = (url: string): HttpImage => ({ kind: 'http', canonical: url, url });

export const byReference = (name: string): DockerImage => ({
  kind: 'docker',
  canonical: `docker://registry.example/${name}:1`,
  reference: { registry: 'registry.example', repository: name, tag: '1', digest: undefined },
});

export const byDigest = (name: string, digest: string): DockerImage => ({
  kind: 'docker',
  canonical: `docker://registry.example/${name}@${digest}`,
  reference: { registry: 'registry.example', repository: name, tag: undefined, digest },
});

function httpRow(url: string, imageId: string, http: RemoteRecord['http']): RemoteRecord {
  return { url, platform: '', imageId, importedAt: NOW, checkedAt: NOW, http, docker: null };
}
