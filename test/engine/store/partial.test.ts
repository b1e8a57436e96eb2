import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { NOW, sha256, testHost, withDirectory } from './fixture.ts';

const DIGEST = sha256('hello world');
const DAY = 24 * 60 * 60 * 1000;

/** Makes an open partial look like one that a killed process left. */
async function orphan(path: string): Promise<void> {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const directory = dirname(path);
  const name = basename(directory).replace(/-\d+-(\d+-\w+)$/, `-${pid}-$1`);
  await fs.rename(directory, join(dirname(directory), name));
}

describe('a partial download', () => {
  it('becomes the blob at the commit and not before', () =>
    withDirectory(async (directory) => {
      const { blobs } = await openStore(testHost(), directory);
      const partial = await blobs.partial(DIGEST);
      assert.deepEqual([partial.size, partial.validator], [0, null]);
      await partial.append(Buffer.from('hello '));
      await partial.append(Buffer.from('world'));
      assert.equal(partial.size, 11);
      assert.equal(await blobs.has(DIGEST), false);
      await partial.commit();
      await partial.close();
      assert.equal(String(await blobs.read(DIGEST, 11)), 'hello world');
      assert.deepEqual(await fs.readdir(join(directory, 'partial')), []);
    }));

  it('goes on where it was closed, with its validator', () =>
    withDirectory(async (directory) => {
      const { blobs } = await openStore(testHost(), directory);
      const first = await blobs.partial(DIGEST);
      await first.setValidator('"v1"');
      await first.append(Buffer.from('hello '));
      await first.close();

      const second = await blobs.partial(DIGEST);
      assert.deepEqual([second.size, second.validator], [6, '"v1"']);
      assert.equal(await fs.readFile(second.path, 'utf8'), 'hello ');
      await second.append(Buffer.from('world'));
      await second.commit();
      assert.equal(await fs.readFile(blobs.path(DIGEST), 'utf8'), 'hello world');
    }));

  it('goes on where a process was killed', () =>
    withDirectory(async (directory) => {
      const { blobs } = await openStore(testHost(), directory);
      const killed = await blobs.partial(DIGEST);
      await killed.append(Buffer.from('hello '));
      await orphan(killed.path);
      const next = await (await openStore(testHost(), directory)).blobs.partial(DIGEST);
      assert.equal(next.size, 6);
      await next.close();
      await killed.close();
    }));

  it('begins anew after a reset', () =>
    withDirectory(async (directory) => {
      const { blobs } = await openStore(testHost(), directory);
      const partial = await blobs.partial(DIGEST);
      await partial.setValidator('"v1"');
      await partial.append(Buffer.from('garbage that is longer'));
      await partial.reset();
      assert.deepEqual([partial.size, partial.validator], [0, null]);
      await partial.append(Buffer.from('hello world'));
      await partial.commit();
      assert.equal(await fs.readFile(blobs.path(DIGEST), 'utf8'), 'hello world');
    }));

  it('is never shared by two who write', () =>
    withDirectory(async (directory) => {
      const [a, b] = [await openStore(testHost(), directory), await openStore(testHost(), directory)];
      const opened = await Promise.all([a.blobs.partial(DIGEST), b.blobs.partial(DIGEST)]);
      for (const partial of opened) await partial.append(Buffer.from('hello world'));
      await Promise.all(opened.map((partial) => partial.commit()));
      assert.equal(await fs.readFile(a.blobs.path(DIGEST), 'utf8'), 'hello world');
      assert.deepEqual(await fs.readdir(join(directory, 'partial')), []);
    }));

  it('is not made a blob when somebody else wrote into its file', () =>
    withDirectory(async (directory) => {
      const { blobs } = await openStore(testHost(), directory);
      const partial = await blobs.partial(DIGEST);
      await partial.append(Buffer.from('hello world'));
      await fs.appendFile(partial.path, '!');
      await assert.rejects(partial.commit(), { code: 'E_STORE_IO' });
      assert.equal(await blobs.has(DIGEST), false);
      await partial.close();
    }));

  it('leaves nothing when it has no bytes', () =>
    withDirectory(async (directory) => {
      const { blobs } = await openStore(testHost(), directory);
      await (await blobs.partial(DIGEST)).close();
      assert.deepEqual(await fs.readdir(join(directory, 'partial')), []);
    }));

  it('is removed at a later opening when its blob is there, or nobody went on for a week', () =>
    withDirectory(async (directory) => {
      const host = testHost({});
      const { blobs } = await openStore(host, directory);
      const [come, old, fresh] = [DIGEST, sha256('old'), sha256('fresh')];
      for (const digest of [come, old, fresh]) {
        const partial = await blobs.partial(digest);
        await partial.append(Buffer.from('half'));
        await partial.close();
      }
      const running = await blobs.partial(sha256('running'));
      await running.append(Buffer.from('half'));
      await blobs.put(come, Buffer.from('hello world'));
      const left = join(directory, 'partial');
      const data = (digest: string): string => join(left, digest.replace(':', '-'), 'data');
      await fs.utimes(data(old), (NOW - 8 * DAY) / 1000, (NOW - 8 * DAY) / 1000);
      await fs.utimes(data(fresh), NOW / 1000, NOW / 1000);
      await openStore(host, directory);
      const names = await fs.readdir(left);
      assert.deepEqual(names.sort(), [fresh.replace(':', '-'), basename(dirname(running.path))].sort());
      await running.close();
    }));
});
