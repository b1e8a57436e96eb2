import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SCHEMA_VERSION } from '../../../server/src/engine/store/schema.ts';
import { loadSqlite } from '../../../server/src/engine/store/sqlite.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { byId, byReference } from './contract.ts';
import { PLATFORM, dockerRemote, importImage, sha256, sha512, testHost, withDirectory } from './fixture.ts';
import type { TestHost } from './fixture.ts';

const DIGEST = sha256('app');

/** Labels and annotations as the conversion of a docker image writes them. */
function converted(annotations: Record<string, string> = {}): string {
  const pairs = (record: Record<string, string>): { name: string; value: string }[] =>
    Object.entries(record).map(([name, value]) => ({ name, value }));
  return JSON.stringify({
    acKind: 'ImageManifest',
    name: 'registry.example/app',
    labels: pairs({ os: 'linux', arch: 'amd64', version: '1' }),
    annotations: pairs({
      'appc.io/docker/registryurl': 'registry.example',
      'appc.io/docker/repository': 'app',
      'appc.io/docker/tag': '1',
      'appc.io/docker/manifesthash': DIGEST,
      'appc.io/docker/imageid': DIGEST,
      ...annotations,
    }),
  });
}

/** A store with two images of which the later has the tag. */
async function makeStore(host: TestHost, directory: string): Promise<void> {
  const store = await openStore(host, directory);
  for (const content of ['old', 'new']) {
    const remote = dockerRemote('app', sha512(content));
    const imageId = await importImage(store, content, { manifest: converted(), remote });
    const time = content === 'old' ? 1 : 2;
    await fs.utimes(join(directory, 'manifest', `${imageId}.json`), time, time);
  }
  await store.close();
}

const DAMAGES: Record<string, (bytes: Buffer) => Buffer> = {
  'an empty file': () => Buffer.alloc(0),
  'a truncated file': (bytes) => bytes.subarray(0, bytes.length - 4096),
  'a cut header': (bytes) => bytes.subarray(0, 50),
  'another file': (bytes) => Buffer.alloc(bytes.length, 'x'),
  'overwritten pages': (bytes) =>
    Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xff)]),
};

describe('a damaged index', () => {
  for (const [damage, apply] of Object.entries(DAMAGES)) {
    it(`(${damage}) is set aside and rebuilt from the blobs`, () =>
      withDirectory(async (directory) => {
        const host = testHost();
        await makeStore(host, directory);
        const index = join(directory, 'index.sqlite');
        const damaged = apply(await fs.readFile(index));
        await fs.writeFile(index, damaged);

        const store = await openStore(host, directory);
        assert.equal(store.view().imageCount, 2);
        const found = store.view().find(byReference('app'), PLATFORM);
        assert.equal(found?.image.imageId, sha512('new'));
        assert.deepEqual(found.image.labels, { os: 'linux', arch: 'amd64', version: '1' });
        assert.equal(found.remote?.checkedAt, null);
        assert.equal(found.remote.docker?.manifestDigest, DIGEST);
        await store.close();

        const aside = (await fs.readdir(directory)).filter((name) =>
          name.startsWith('index.sqlite.corrupt-'),
        );
        assert.equal(aside.length, 1);
        assert.deepEqual(await fs.readFile(join(directory, aside[0] ?? '')), damaged);
        assert.match(host.warnings.join('\n'), /set aside as .*\n.*rebuilt; it has 2 images/);
      }));
  }

  it('that went missing is rebuilt, with another generation than any before', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      await makeStore(host, directory);
      const before = await openStore(host, directory);
      await fs.rm(join(directory, 'index.sqlite'));
      host.now += 1000;
      const store = await openStore(host, directory);
      assert.equal(store.view().imageCount, 2);
      assert.ok(store.view().generation > before.view().generation);
      assert.equal(await before.refresh(), true);
      assert.equal(before.view().imageCount, 2);
    }));

  it('is noticed by a store that is open, which rebuilds it at its next change', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      await makeStore(host, directory);
      const store = await openStore(host, directory);
      await fs.writeFile(join(directory, 'index.sqlite'), '');
      assert.equal(await store.refresh(), false);
      assert.equal(store.view().imageCount, 2);
      await importImage(store, 'third');
      assert.equal(store.view().imageCount, 3);
      assert.match(host.warnings.join('\n'), /is damaged; the next change/);
    }));

  it('that shows only when it is used is rebuilt by the change after the one that failed', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      await makeStore(host, directory);
      const store = await openStore(host, directory);
      const index = join(directory, 'index.sqlite');
      const bytes = await fs.readFile(index);
      await fs.writeFile(index, bytes.fill(0xff, 4096));
      assert.equal(await store.refresh(), true);
      const corrupt = { name: 'LarderError', code: 'E_STORE_CORRUPT' };
      assert.throws(() => store.view().find(byReference('app'), PLATFORM), corrupt);
      await assert.rejects(importImage(store, 'third'), corrupt);
      await importImage(store, 'fourth');
      assert.ok(store.view().find(byReference('app'), PLATFORM));
      assert.ok(store.view().find(byId(sha512('fourth')), PLATFORM));
    }));

  it('is rebuilt without what cannot be used', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      await makeStore(host, directory);
      const manifests = join(directory, 'manifest');
      await fs.writeFile(join(manifests, `${sha512('no blob')}.json`), converted());
      await fs.writeFile(join(manifests, `${sha512('old')}.json`), '{"name": 5}');
      await fs.writeFile(join(manifests, 'README.json'), converted());
      await fs.rm(join(directory, 'index.sqlite'));
      const store = await openStore(host, directory);
      assert.deepEqual(
        store
          .view()
          .images()
          .map(({ imageId }) => imageId),
        [sha512('new')],
      );
      assert.equal(host.warnings.filter((warning) => warning.includes('left out')).length, 2);
    }));

  it('is rebuilt without a URL for an image that does not say where it is from', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      const store = await openStore(host, directory);
      const bad = [{ 'appc.io/docker/manifesthash': 'no digest' }, { 'appc.io/docker/registryurl': '' }];
      const ids: string[] = [];
      for (const [index, annotations] of bad.entries()) {
        ids.push(await importImage(store, `${index}`, { manifest: converted(annotations) }));
      }
      await fs.rm(join(directory, 'index.sqlite'));
      const { view } = await openStore(host, directory).then((opened) => ({ view: opened.view() }));
      assert.equal(view.find(byReference('app'), PLATFORM), undefined);
      assert.equal(view.find(byId(ids[0] ?? ''), PLATFORM)?.remote, null);
    }));
});

describe('the index file', () => {
  it('of a newer Larder is left alone', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      await makeStore(host, directory);
      const index = join(directory, 'index.sqlite');
      const sqlite = await loadSqlite(host);
      const db = new sqlite.Database(await fs.readFile(index));
      db.run(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
      const bytes = Buffer.from(db.export());
      await fs.writeFile(index, bytes);
      await assert.rejects(openStore(host, directory), { code: 'E_UNSUPPORTED' });
      assert.deepEqual(await fs.readFile(index), bytes);
    }));

  it('is written once for changes that come together, and not at all when nothing changes', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      await importImage(store, 'a', { remote: dockerRemote('app', sha512('a')) });
      const { generation } = store.view();
      await Promise.all(
        Array.from({ length: 30 }, (_, i) => store.recordRemote(dockerRemote(`app${i}`, sha512('a')))),
      );
      const written = store.view().generation - generation;
      assert.ok(written >= 1 && written <= 3, `${written} writes for 30 changes`);
      const stat = await fs.stat(join(directory, 'index.sqlite'));
      await store.recordRemote(dockerRemote('gone', sha512('gone')));
      assert.deepEqual(await fs.stat(join(directory, 'index.sqlite')), stat);
    }));
});
