import assert from 'node:assert/strict';
import { truncate, rm } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { LarderError } from '../../server/src/domain/errors.ts';
import { buildAci } from '../helpers/aci.ts';
import { buildImage, buildIndex } from '../helpers/images.ts';
import type { TestImage } from '../helpers/images.ts';
import { AMD64, openEngineFixture } from './engine-fixture.ts';

const layer = (name: string, content: string) => ({ files: [{ name, content }] });
const image = (...contents: string[]): Promise<TestImage> =>
  buildImage({ layers: contents.map((content, at) => layer(`file-${at}`, content)) });

const refused = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof LarderError);
  assert.equal(error.code, code);
  assert.match(error.message, words);
  return true;
};

describe('Engine.fetch', () => {
  it('fails in store mode on an empty store, without a request, and says what to do', async () => {
    await using t = await openEngineFixture();
    await assert.rejects(
      t.fetch('team/app:1', 'store'),
      refused('E_NOT_IN_STORE', /--no-fetch.*larder fetch/),
    );
    assert.deepEqual(t.registry.requests, []);
  });

  it('recommends no command that a shell would take for another', async () => {
    await using t = await openEngineFixture();
    await assert.rejects(
      t.get('example.com/app:$(reboot)', 'store'),
      refused(
        'E_NOT_IN_STORE',
        /^"example\.com\/app,.*\(reboot\)" is not in the store.*with larder fetch\.$/,
      ),
    );
  });

  it('fetches by default what the store lacks, and then uses it without a request', async () => {
    await using t = await openEngineFixture();
    t.registry.push('team/app', '1', await image('one', 'two'));
    const first = await t.fetch('team/app:1', 'default');
    assert.equal(first.outcome, 'fetched');
    t.registry.clearRequests();
    for (const mode of ['default', 'store'] as const) {
      assert.deepEqual(await t.fetch('team/app:1', mode), { imageId: first.imageId, outcome: 'store' });
    }
    assert.deepEqual(t.registry.requests, []);
  });

  it('asks one HEAD for an unchanged tag in remote mode, and renews its freshness', async () => {
    await using t = await openEngineFixture();
    t.registry.push('team/app', '1', await image('one'));
    const { imageId } = await t.fetch('team/app:1', 'remote');
    t.registry.clearRequests();
    t.host.now += 60_000;
    assert.deepEqual(await t.fetch('team/app:1', 'remote'), { imageId, outcome: 'revalidated' });
    assert.deepEqual(t.registry.requestLines, ['HEAD /v2/team/app/manifests/1 → 200']);
    const record = t.store.view().find(t.image('team/app:1'), 'linux/amd64');
    assert.equal(record?.remote?.checkedAt, t.host.now);
  });

  it('downloads only the new layer when a tag has moved', async () => {
    await using t = await openEngineFixture();
    const before = await image('shared', 'old');
    const after = await image('shared', 'new');
    t.registry.push('team/app', '1', before);
    const { imageId } = await t.fetch('team/app:1', 'default');
    t.registry.move('team/app', '1', after);
    t.registry.clearRequests();
    const moved = await t.fetch('team/app:1', 'remote');
    assert.equal(moved.outcome, 'fetched');
    assert.notEqual(moved.imageId, imageId);
    const blobs = t.registry.requests.filter(({ path }) => path.includes('/blobs/')).map(({ path }) => path);
    const wanted = [after.config.digest, after.layers[1]?.digest];
    assert.deepEqual(new Set(blobs), new Set(wanted.map((digest) => `/v2/team/app/blobs/${digest}`)));
  });

  it('downloads nothing when an index moved and its platform did not', async () => {
    await using t = await openEngineFixture();
    const amd64 = await image('one');
    const arm64 = (content: string) =>
      buildImage({ layers: [layer('a', content)], platform: { os: 'linux', architecture: 'arm64' } });
    t.registry.push('team/app', '1', buildIndex([amd64, await arm64('old')]));
    const { imageId } = await t.fetch('team/app:1', 'default');
    const moved = buildIndex([amd64, await arm64('new')]);
    t.registry.move('team/app', '1', moved);
    t.registry.clearRequests();
    assert.deepEqual(await t.fetch('team/app:1', 'remote'), { imageId, outcome: 'revalidated' });
    assert.deepEqual(t.registry.requestLines, [
      'HEAD /v2/team/app/manifests/1 → 200',
      `GET /v2/team/app/manifests/${moved.digest} → 200`,
    ]);
  });

  it('downloads no layer when the same image was pushed with layers compressed anew', async () => {
    await using t = await openEngineFixture();
    const files = [{ name: 'a', content: 'same' }];
    t.registry.push('team/app', '1', await buildImage({ layers: [{ files }] }));
    const { imageId } = await t.fetch('team/app:1', 'default');
    const again = await buildImage({ layers: [{ files, compression: 'zstd' }] });
    t.registry.move('team/app', '1', again);
    t.registry.clearRequests();
    assert.deepEqual(await t.fetch('team/app:1', 'remote'), { imageId, outcome: 'revalidated' });
    assert.deepEqual(t.registry.requestLines, [
      'HEAD /v2/team/app/manifests/1 → 200',
      `GET /v2/team/app/manifests/${again.digest} → 200`,
    ]);
  });

  it('does not ask about a digest it has, and pulls afresh with --no-cache', async () => {
    await using t = await openEngineFixture();
    const pushed = await image('one');
    t.registry.push('team/app', undefined, pushed);
    const reference = `team/app@${pushed.digest}`;
    const { imageId } = await t.fetch(reference, 'remote');
    t.registry.clearRequests();
    assert.deepEqual(await t.fetch(reference, 'remote'), { imageId, outcome: 'cached' });
    assert.deepEqual(t.registry.requests, []);
    assert.deepEqual(await t.fetch(reference, 'remote', { noCache: true }), { imageId, outcome: 'fetched' });
  });

  it('uses what a tag brought for its digest, without a request in any mode, also when the tag has moved', async () => {
    await using t = await openEngineFixture();
    const pushed = buildIndex([await image('one')]);
    t.registry.push('team/app', '1', pushed);
    const { imageId } = await t.fetch('team/app:1', 'default');
    t.registry.move('team/app', '1', await image('two'));
    for (const tag of ['fetched once', 'fetched again']) {
      t.registry.clearRequests();
      for (const mode of ['default', 'store', 'remote'] as const) {
        const found = await t.fetch(`team/app:1@${pushed.digest}`, mode);
        assert.deepEqual(found, { imageId, outcome: mode === 'remote' ? 'cached' : 'store' }, tag);
      }
      assert.deepEqual(t.registry.requests, []);
      assert.notEqual((await t.fetch('team/app:1', 'remote')).imageId, imageId);
    }
  });

  it('never falls back in silence: the error of a remote says what the store still holds', async () => {
    await using t = await openEngineFixture();
    t.registry.push('team/app', '1', await image('one'));
    await t.fetch('team/app:1', 'default');
    t.registry.misbehave('/manifests/1', { kind: 'status', status: 404 });
    await assert.rejects(
      t.fetch('team/app:1', 'remote'),
      refused(
        'E_NOT_FOUND',
        /404.*the store still holds sha512-[0-9a-f]{12}, last checked 2026-.*--no-fetch/,
      ),
    );
  });

  it('does not offer a copy for use with --no-fetch that --no-fetch would refuse', async () => {
    const nobody = { verify: () => Promise.resolve([]) };
    await using t = await openEngineFixture({ insecureImage: false, verifier: nobody });
    t.origin.serve('/app.aci', { body: buildAci().gzip });
    t.origin.serve('/app.aci.asc', { body: 'signature' }, { status: 404 });
    await t.get('/app.aci', 'default');
    await assert.rejects(
      t.get('/app.aci', 'default'),
      refused(
        'E_SIGNATURE_MISSING',
        /the store still holds sha512-[^;]*, but its signature was never checked\.$/,
      ),
    );
  });

  for (const [what, damage] of [
    ['gone', (path: string) => rm(path)],
    ['cut', (path: string) => truncate(path, 10)],
  ] as const) {
    it(`fetches an image again whose blob is ${what}, and says so`, async () => {
      await using t = await openEngineFixture();
      t.registry.push('team/app', '1', await image('one'));
      const { imageId } = await t.fetch('team/app:1', 'default');
      await damage(t.store.imagePath(imageId));
      assert.deepEqual(await t.fetch('team/app:1', 'default'), { imageId, outcome: 'fetched' });
      assert.match(t.host.warnings.join(), /is fetched again/);
    });
  }

  it('gives two that ask at once the same image, downloading each blob once', async () => {
    await using t = await openEngineFixture();
    t.registry.push('team/app', '1', await image('one', 'two'));
    const fetched = await Promise.all([t.fetch('team/app:1', 'default'), t.fetch('team/app:1', 'default')]);
    assert.equal(new Set(fetched.map(({ imageId }) => imageId)).size, 1);
    const gets = t.registry.requestLines.filter((line) => line.startsWith('GET'));
    assert.equal(new Set(gets).size, gets.length);
  });

  it('leaves the store as it was when cancelled', async () => {
    await using t = await openEngineFixture();
    const pushed = await image('one');
    t.registry.push('team/app', '1', pushed);
    t.registry.misbehave(pushed.layers[0]?.digest ?? '', { kind: 'hang' });
    const cancel = new AbortController();
    const fetching = t.fetch('team/app:1', 'default', { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 100);
    await assert.rejects(fetching, refused('E_CANCELLED', /told to stop/));
    assert.equal(t.store.view().imageCount, 0);
  });
});

describe('Engine.check', () => {
  const { signal } = new AbortController();
  const docker = (found: ReturnType<Awaited<ReturnType<typeof openEngineFixture>>['image']>) => {
    assert.ok(found.kind === 'docker');
    return found;
  };

  it('asks nothing about an image that the store does not have', async () => {
    await using t = await openEngineFixture();
    assert.equal(await t.engine.check(docker(t.image('team/app:1')), AMD64, signal), undefined);
    assert.deepEqual(t.registry.requests, []);
  });

  it('notes that a tag has moved without downloading it, and keeps the copy', async () => {
    await using t = await openEngineFixture();
    t.registry.push('team/app', '1', await image('old'));
    const { imageId } = await t.fetch('team/app:1', 'default');
    const after = await image('new');
    t.registry.move('team/app', '1', after);
    t.registry.clearRequests();
    assert.equal(await t.engine.check(docker(t.image('team/app:1')), AMD64, signal), 'changed');
    assert.deepEqual(t.registry.requestLines, [
      'HEAD /v2/team/app/manifests/1 → 200',
      `GET /v2/team/app/manifests/${after.digest} → 200`,
    ]);
    const record = t.store.view().find(t.image('team/app:1'), 'linux/amd64');
    assert.equal(record?.remote?.docker?.movedTo, after.digest);
    assert.equal(record.image.imageId, imageId);
  });
});
