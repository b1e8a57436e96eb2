import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { StoreRecord } from '../../../server/src/domain/record.ts';
import { askDigest } from '../../../server/src/engine/sources/docker.ts';
import type { DigestAnswer } from '../../../server/src/engine/sources/docker.ts';
import { buildImage, buildIndex } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';
import { importImage } from '../store/fixture.ts';
import { AMD64, withRegistry } from './fixture.ts';
import type { Fixture } from './fixture.ts';

const PATH = '/v2/team/app/manifests';

const amd64 = (text: string): Promise<TestImage> =>
  buildImage({ layers: [{ files: [{ name: 'file', content: text }] }] });
const arm64 = (text: string): Promise<TestImage> =>
  buildImage({
    layers: [{ files: [{ name: 'file', content: text }] }],
    platform: { os: 'linux', architecture: 'arm64' },
  });

/** Puts into the store that `team/app:1` was this image when it was fetched, an hour ago. */
async function fetched(
  { store, image, host }: Fixture,
  digest: string,
  manifestDigest: string,
): Promise<StoreRecord> {
  const before = host.clock.now() - 3_600_000;
  const { canonical } = image('team/app:1');
  const docker = { digest, manifestDigest, configDigest: digest, downloadSize: 1, movedTo: null };
  const remote = { url: canonical, platform: 'linux/amd64', importedAt: before, checkedAt: before };
  const imageId = await importImage(store, 'an image');
  await store.recordRemote({ ...remote, imageId, http: null, docker });
  return recorded(store, image('team/app:1'));
}

function recorded(store: Fixture['store'], image: ReturnType<Fixture['image']>): StoreRecord {
  return store.view().find(image, 'linux/amd64') ?? assert.fail('nothing is recorded');
}

const ask = ({ context, image }: Fixture, record: StoreRecord): Promise<DigestAnswer> =>
  askDigest(context, image('team/app:1'), AMD64, record, new AbortController().signal);

describe('askDigest', () => {
  it('needs one HEAD for a tag that has not moved, and records when it was asked', () =>
    withRegistry(async (fixture) => {
      const image = await amd64('one');
      fixture.registry.push('team/app', '1', image);
      const record = await fetched(fixture, image.digest, image.digest);
      assert.deepEqual(await ask(fixture, record), { unchanged: true, digest: image.digest });
      assert.deepEqual(fixture.registry.requestLines, [`HEAD ${PATH}/1 → 200`]);
      const { remote } = recorded(fixture.store, fixture.image('team/app:1'));
      assert.equal(remote?.checkedAt, fixture.host.clock.now());
    }));

  it('looks at the manifest of a tag that points to another image, and records where it has moved', () =>
    withRegistry(async (fixture) => {
      const [old, now] = [await amd64('one'), await amd64('two')];
      fixture.registry.push('team/app', '1', now);
      const record = await fetched(fixture, old.digest, old.digest);
      assert.deepEqual(await ask(fixture, record), { unchanged: false, digest: now.digest });
      assert.deepEqual(fixture.registry.requestLines, [
        `HEAD ${PATH}/1 → 200`,
        `GET ${PATH}/${now.digest} → 200`,
      ]);
      const { remote } = recorded(fixture.store, fixture.image('team/app:1'));
      assert.equal(remote?.docker?.movedTo, now.digest);
      assert.equal(remote.docker.digest, old.digest);
    }));

  it('forgets that a tag had moved when it has moved back', () =>
    withRegistry(async (fixture) => {
      const [old, now] = [await amd64('one'), await amd64('two')];
      fixture.registry.push('team/app', '1', now);
      await ask(fixture, await fetched(fixture, old.digest, old.digest));
      fixture.registry.move('team/app', '1', old);
      await ask(fixture, recorded(fixture.store, fixture.image('team/app:1')));
      const { remote } = recorded(fixture.store, fixture.image('team/app:1'));
      assert.equal(remote?.docker?.movedTo, null);
    }));

  it('looks into an index that has moved: when this platform is the same, nothing has changed', () =>
    withRegistry(async (fixture) => {
      const ours = await amd64('ours');
      const [old, now] = [buildIndex([ours, await arm64('one')]), buildIndex([ours, await arm64('two')])];
      fixture.registry.push('team/app', '1', now);
      const record = await fetched(fixture, old.digest, ours.digest);
      await fixture.store.blobs.put(ours.digest, ours.manifest.bytes);
      assert.deepEqual(await ask(fixture, record), { unchanged: true, digest: now.digest });
      assert.deepEqual(fixture.registry.requestLines, [
        `HEAD ${PATH}/1 → 200`,
        `GET ${PATH}/${now.digest} → 200`,
      ]);
      const { remote } = recorded(fixture.store, fixture.image('team/app:1'));
      assert.deepEqual([remote?.docker?.digest, remote?.docker?.movedTo], [now.digest, null]);

      // The new digest is known now: the next time one HEAD is enough.
      fixture.registry.clearRequests();
      await ask(fixture, recorded(fixture.store, fixture.image('team/app:1')));
      assert.deepEqual(fixture.registry.requestLines, [`HEAD ${PATH}/1 → 200`]);
    }));

  it('finds in an index that has moved that this platform has another image', () =>
    withRegistry(async (fixture) => {
      const [old, ours] = [await amd64('old'), await amd64('ours')];
      const now = buildIndex([ours, await arm64('one')]);
      fixture.registry.push('team/app', '1', now);
      const record = await fetched(fixture, old.digest, old.digest);
      assert.deepEqual(await ask(fixture, record), { unchanged: false, digest: now.digest });
    }));

  it('knows the manifest again when it is no longer in an index', () =>
    withRegistry(async (fixture) => {
      const ours = await amd64('ours');
      const old = buildIndex([ours]);
      fixture.registry.push('team/app', '1', ours);
      const record = await fetched(fixture, old.digest, ours.digest);
      assert.deepEqual(await ask(fixture, record), { unchanged: true, digest: ours.digest });
      assert.equal(fixture.registry.requests.length, 1);
    }));

  it('cannot tell when nothing is known of where the image came from', () =>
    withRegistry(async (fixture) => {
      const image = await amd64('one');
      fixture.registry.push('team/app', '1', image);
      const record = await fetched(fixture, image.digest, image.digest);
      const answer = await ask(fixture, { ...record, remote: null });
      assert.deepEqual(answer, { unchanged: false, digest: image.digest });
    }));

  it('leaves the record alone when the registry does not answer', () =>
    withRegistry(async (fixture) => {
      const image = await amd64('one');
      const record = await fetched(fixture, image.digest, image.digest);
      await assert.rejects(ask(fixture, record), { code: 'E_NOT_FOUND' });
      assert.deepEqual(recorded(fixture.store, fixture.image('team/app:1')), record);
    }));
});
