import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Locks } from '../../../server/src/engine/store/lock.ts';
import { ownTag } from '../../../server/src/engine/store/process-tag.ts';
import { testHost, withDirectory } from './fixture.ts';
import type { TestHost } from './fixture.ts';

const HOLDER = join(import.meta.dirname, 'lock-holder.ts');

async function locksIn(directory: string, host: TestHost = testHost()): Promise<Locks> {
  return new Locks(host, directory, await ownTag(host));
}

/** A process that holds the lock `name` until it is killed. */
async function holder(directory: string, name: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [HOLDER, directory, name], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

describe('a lock', () => {
  it('is held by one at a time', () =>
    withDirectory(async (directory) => {
      const all = await Promise.all([1, 2, 3].map(() => locksIn(directory)));
      let inside = 0;
      let most = 0;
      const enter = async (locks: Locks): Promise<void> => {
        const held = await locks.acquire('x', 10_000);
        most = Math.max(most, ++inside);
        await held.assertHeld();
        inside -= 1;
        await held.release();
      };
      await Promise.all([...all, ...all].map(enter));
      assert.equal(most, 1);
      assert.deepEqual(await fs.readdir(directory), ['x.owner']);
    }));

  it('of another name does not wait', () =>
    withDirectory(async (directory) => {
      const locks = await locksIn(directory);
      const [a, b] = [await locks.acquire('a', 0), await locks.acquire('b', 0)];
      await Promise.all([a.release(), b.release()]);
    }));

  it('is not waited for longer than asked, and the error names the holder', () =>
    withDirectory(async (directory) => {
      const locks = await locksIn(directory);
      const held = await locks.acquire('x', 0);
      await assert.rejects(locks.acquire('x', 0), {
        code: 'E_STORE_LOCKED',
        message: new RegExp(`process ${process.pid} .*${join(directory, 'x')}`),
      });
      await held.release();
    }));

  it('is not waited for after a cancel', () =>
    withDirectory(async (directory) => {
      const locks = await locksIn(directory);
      const held = await locks.acquire('x', 0);
      const controller = new AbortController();
      const waiting = locks.acquire('x', 60_000, controller.signal);
      setImmediate(() => controller.abort());
      await assert.rejects(waiting, { code: 'E_CANCELLED' });
      await assert.rejects(locks.acquire('x', 0, AbortSignal.abort()), { code: 'E_CANCELLED' });
      await held.release();
    }));

  it('of a live process is respected, and of a killed one is free at once, for one of all who wait', () =>
    withDirectory(async (directory) => {
      const child = await holder(directory, 'x');
      const locks = await locksIn(directory);
      await assert.rejects(locks.acquire('x', 0), { message: new RegExp(`process ${child.pid ?? 0} `) });
      await kill(child);
      let inside = 0;
      await Promise.all(
        [1, 2, 3, 4].map(async () => {
          // Less than it takes for a lock to become stale.
          const held = await (await locksIn(directory)).acquire('x', 5_000);
          assert.equal(++inside, 1);
          await held.assertHeld();
          inside -= 1;
          await held.release();
        }),
      );
    }));

  it('that was taken over is neither believed in nor released', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      const locks = await locksIn(directory, host);
      const suspended = await locks.acquire('x', 0);
      // What another process leaves after it found the lock stale.
      const [lock, owner] = [join(directory, 'x.lock'), join(directory, 'x.owner')];
      await fs.writeFile(owner, '00000000-1 1-1\n');
      await assert.rejects(suspended.assertHeld(), { code: 'E_STORE_LOCKED' });
      await suspended.release();
      assert.ok((await fs.stat(lock)).isDirectory());
      await fs.rmdir(lock);
    }));

  it('of a process that was killed before it could say who it is is free after a moment', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      host.now = Date.now();
      const locks = await locksIn(directory, host);
      await fs.mkdir(join(directory, 'x.lock'));
      await assert.rejects(locks.acquire('x', 0), { message: /another process has held/ });
      host.now += 3_000;
      const held = await locks.acquire('x', 0);
      await held.assertHeld();
      await held.release();
    }));

  it('leaves nothing behind for ever but what is held', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      host.now = Date.now();
      const locks = await locksIn(directory, host);
      const held = await locks.acquire('held', 0);
      await (await locks.acquire('free', 0)).release();
      await fs.mkdir(join(directory, 'x.1-1.dead'));
      const names = async (): Promise<string[]> => (await fs.readdir(directory)).sort();
      await locks.clean();
      assert.deepEqual(await names(), ['free.owner', 'held.lock', 'held.owner', 'x.1-1.dead']);
      host.now += 2 * 60 * 60 * 1000;
      await locks.clean();
      assert.deepEqual(await names(), ['held.lock', 'held.owner']);
      await held.release();
    }));
});
