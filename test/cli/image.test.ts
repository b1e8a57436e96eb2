import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStore } from '../../server/src/engine/store/store.ts';
import { importImage, sha256, sha512, testHost, withDirectory } from '../engine/store/fixture.ts';
import { larder } from './fake-terminal.ts';
import { API_ID, NOW, WEB_ID, withStore } from './store-fixture.ts';

const DAY = 24 * 60 * 60_000;

describe('larder image list', () => {
  it('prints a table', () =>
    withStore(async (store) => {
      const { code, stdout, stderr } = await larder(['image', 'list', '--dir', store], {
        now: () => NOW + 2 * DAY,
      });
      assert.deepEqual([code, stderr], [0, '']);
      const [headings = '', api = '', web = ''] = stdout.split('\n');
      assert.match(headings, /^IMAGE ID +NAME +VERSION +PLATFORM +SIZE +IMPORTED +SIGNED BY +FRESHNESS$/);
      assert.ok(api.startsWith(API_ID.slice(0, 19)), 'newest first');
      assert.match(
        web.slice(19),
        /^ {2}registry\.example\/web +1 +linux\/amd64 +3 B +2 days ago +- +current, checked 2 days ago$/,
      );
    }));

  it('prints one document', () =>
    withStore(async (store) => {
      const { stdout } = await larder(['image', 'list', '--json', '--dir', store]);
      const time = new Date(NOW).toISOString();
      const checkedAt = new Date(NOW - 3 * 60_000).toISOString();
      assert.deepEqual((JSON.parse(stdout) as unknown[])[1], {
        imageId: WEB_ID,
        size: 3,
        name: 'registry.example/web',
        labels: { arch: 'amd64', os: 'linux', version: '1' },
        importedAt: time,
        lastUsedAt: time,
        latest: false,
        signers: [],
        digest: sha256('web'),
        manifestDigest: sha256('web'),
        configDigest: sha256('web'),
        downloadSize: 400,
        movedTo: null,
        url: 'docker://registry.example/web:1',
        freshness: {
          state: 'current',
          since: checkedAt,
          until: null,
          checkedAt,
          why: 'the registry answered this digest',
        },
      });
    }));

  it('shows labels, signers, and freshness of what came over http', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      const imports = [
        ['fresh', NOW + 5 * 60_000],
        ['stale', NOW - 5 * 60_000],
        ['unvalidated', null],
      ] as const;
      for (const [name, freshUntil] of imports) {
        const imageId = sha512(name);
        const http = { etag: null, lastModified: null, freshUntil, policy: null };
        const url = `https://example.com/${name}.aci`;
        await importImage(store, name, {
          imageId,
          ...{ name: `example.com/${name}`, labels: { channel: 'beta' } },
          signers: [
            { fingerprint: 'ab12', identity: 'Ann' },
            { fingerprint: 'cd34', identity: 'Bob' },
          ],
          remote: { url, platform: '', imageId, importedAt: NOW, checkedAt: NOW, http, docker: null },
        });
      }
      await importImage(store, 'alone', { name: 'example.com/alone', labels: {} });
      await store.close();
      const { stdout } = await larder(['image', 'list', '--dir', directory]);
      assert.deepEqual(
        stdout
          .trim()
          .split('\n')
          .slice(1)
          .map((row) => row.split(/ {2,}/).slice(1))
          .toReversed()
          .map(([name, version, platform, , , ...rest]) => [name, version, platform, ...rest]),
        [
          ['example.com/fresh,channel=beta', '-', '-/-', 'Ann, Bob', 'fresh, 5 min left'],
          ['example.com/stale,channel=beta', '-', '-/-', 'Ann, Bob', 'went stale 5 min ago'],
          ['example.com/unvalidated,channel=beta', '-', '-/-', 'Ann, Bob', 'unvalidated, checked just now'],
          ['example.com/alone', '-', '-/-', '-', '-'],
        ],
      );
    }));

  it('says that an empty store is empty', () =>
    withDirectory(async (store) => {
      const empty = { code: 0, stdout: '', stderr: 'The store is empty.\n' };
      assert.deepEqual(await larder(['image', 'list', '--dir', store]), empty);
      assert.deepEqual(await larder(['image', 'list', '--json', '--dir', store]), {
        ...empty,
        stdout: '[]\n',
        stderr: '',
      });
    }));
});

describe('larder image cat-manifest', () => {
  it('prints the manifest of an image named in any way', () =>
    withStore(async (store) => {
      for (const argument of [
        WEB_ID,
        WEB_ID.slice(0, 17),
        'docker://registry.example/web:1',
        'registry.example/web:1',
      ]) {
        const { code, stdout } = await larder(['image', 'cat-manifest', '--dir', store, argument]);
        assert.equal(code, 0);
        assert.equal((JSON.parse(stdout) as { name: string }).name, 'registry.example/web');
      }
    }));

  it('says that an image is not in the store', () =>
    withStore(async (store) => {
      const bare = await larder(['image', 'cat-manifest', '--dir', store, 'nginx']);
      assert.match(bare.stderr, /; an image of a registry is written docker:\/\/nginx\. \[E_NOT_FOUND\]/);
      const args = ['image', 'cat-manifest', '--dir', store, 'docker://nginx', '--platform', 'linux/arm64'];
      const { code, stdout, stderr } = await larder(args);
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(
        stderr,
        /"docker:\/\/nginx" is not in the store for linux\/arm64; larder image list .*\[E_NOT_FOUND\]/,
      );
    }));
});
