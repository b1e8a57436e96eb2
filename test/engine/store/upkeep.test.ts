import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { dockerRemote, importImage, sha256, sha512, testHost, withDirectory } from './fixture.ts';

const HOLDER = join(import.meta.dirname, 'lock-holder.ts');
const NEVER = new AbortController().signal;

describe('who sweeps blobs, and who gets images', () => {
  it('keep out of each other’s way: no sweep begins while an image is got', () =>
    withDirectory(async (directory) => {
      const [one, other] = [await openStore(testHost(), directory), await openStore(testHost(), directory)];
      let swept: unknown;
      await one.whileGetting('image', NEVER, async () => {
        swept = await other.upkeep.sweep(NEVER, () => Promise.resolve('swept'));
      });
      assert.equal(swept, undefined);
      assert.equal(await other.upkeep.sweep(NEVER, () => Promise.resolve('swept')), 'swept');
    }));

  it('wait for a sweep that has begun', () =>
    withDirectory(async (directory) => {
      const [one, other] = [await openStore(testHost(), directory), await openStore(testHost(), directory)];
      const order: string[] = [];
      const getting: Promise<void>[] = [];
      await other.upkeep.sweep(NEVER, async () => {
        getting.push(
          one.whileGetting('image', NEVER, () => {
            order.push('got');
            return Promise.resolve();
          }),
        );
        // Long enough for it to see that somebody sweeps, and to be wrong if it does not wait.
        await sleep(100);
        order.push('swept');
      });
      await Promise.all(getting);
      assert.deepEqual(order, ['swept', 'got']);
    }));

  it('do not wait for a process that was killed while it got an image', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      const child = spawn(process.execPath, [HOLDER, join(directory, 'locks'), 'fetch-image'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      const sweep = (): Promise<unknown> => store.upkeep.sweep(NEVER, () => Promise.resolve('swept'));
      assert.equal(await sweep(), undefined);
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
      assert.equal(await sweep(), 'swept');
    }));
});

describe('the remains of an image', () => {
  it('are removed where no row tells of it, and stay where one does', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      const [kept, gone] = [await importImage(store, 'kept'), await importImage(store, 'gone')];
      await fs.cp(directory, `${directory}-copy`, { recursive: true });
      try {
        await store.removeImage(gone);
        await fs.cp(join(`${directory}-copy`, 'blob'), join(directory, 'blob'), { recursive: true });
        await store.upkeep.removeRemains([kept, gone]);
        await fs.access(store.imagePath(kept));
        await assert.rejects(fs.access(store.imagePath(gone)), { code: 'ENOENT' });
      } finally {
        await fs.rm(`${directory}-copy`, { recursive: true });
      }
    }));
});

describe('a download that was left', () => {
  it('is listed with its bytes, and removed unless somebody goes on with it', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      const digest = sha256('a blob');
      const first = await store.blobs.partial(digest);
      await first.append(Buffer.from('a b'));
      assert.deepEqual(await store.upkeep.leftDownloads(), []);
      await first.close();
      const [left, ...others] = await store.upkeep.leftDownloads();
      assert.ok(left !== undefined && others.length === 0);
      assert.deepEqual([left.name, left.size], [digest.replace(':', '-'), 3]);

      const second = await store.blobs.partial(digest);
      assert.equal(await store.upkeep.discardDownload(left), false);
      assert.equal(second.size, 3);
      await second.close();
      assert.equal(await store.upkeep.discardDownload(left), true);
      assert.deepEqual(await fs.readdir(join(directory, 'partial')), []);
    }));
});

describe('what images were converted from', () => {
  it('is told for every reference, and goes with its image', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      const remote = dockerRemote('web', sha512('web'));
      const imageId = await importImage(store, 'web', { remote });
      await store.recordRemote(dockerRemote('copy', imageId));
      const found = await store.upkeep.convertedFrom();
      assert.deepEqual(
        found.map(({ configDigest, manifests, ...rest }) => [rest.imageId, configDigest, ...manifests]),
        ['web', 'copy'].map((name) => [imageId, ...[1, 2, 3].map(() => sha256(name))]),
      );
      await store.removeImage(imageId);
      assert.deepEqual(await store.upkeep.convertedFrom(), []);
    }));
});
