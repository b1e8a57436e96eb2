import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withDirectory } from '../engine/store/fixture.ts';
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
      assert.match(headings, /^IMAGE ID +NAME +VERSION +PLATFORM +SIZE +IMPORTED +LAST USED$/);
      assert.ok(api.startsWith(API_ID.slice(0, 19)), 'newest first');
      assert.match(
        web.slice(19),
        /^ {2}registry\.example\/web +1 +linux\/amd64 +3 B +2 days ago +2 days ago$/,
      );
    }));

  it('prints one document', () =>
    withStore(async (store) => {
      const { stdout } = await larder(['image', 'list', '--json', '--dir', store]);
      const time = new Date(NOW).toISOString();
      assert.deepEqual((JSON.parse(stdout) as unknown[])[1], {
        imageId: WEB_ID,
        size: 3,
        name: 'registry.example/web',
        labels: { arch: 'amd64', os: 'linux', version: '1' },
        importedAt: time,
        lastUsedAt: time,
        latest: false,
        signers: [],
      });
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
