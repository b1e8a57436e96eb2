import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makeDirectory, moveDurably, writeDurably } from '../../../server/src/engine/store/durable.ts';
import { testHost, withDirectory } from './fixture.ts';

function failure(code: string): Error {
  return Object.assign(new Error(`${code}: made up`), { code });
}

describe('a durable write', () => {
  it('makes the directories it needs and replaces what was there', () =>
    withDirectory(async (directory) => {
      const [temp, file] = [join(directory, 'temp'), join(directory, 'a', 'b', 'file')];
      for (const content of ['one', 'two']) {
        await writeDurably(testHost(), temp, file, content);
        assert.equal(await fs.readFile(file, 'utf8'), content);
      }
      assert.deepEqual(await fs.readdir(directory), ['a']);
    }));

  it('syncs the file before the rename and the directory after it', () =>
    withDirectory(async (directory) => {
      const [temp, file] = [join(directory, 'temp'), join(directory, 'file')];
      const steps: string[] = [];
      const open: typeof fs.open = async (path, flags) => {
        const handle = await fs.open(path, flags);
        const sync = handle.sync.bind(handle);
        handle.sync = () => {
          steps.push(`sync ${path === directory ? 'directory' : 'file'}`);
          return sync();
        };
        return handle;
      };
      const rename: typeof fs.rename = (from, to) => {
        steps.push('rename');
        return fs.rename(from, to);
      };
      await writeDurably(testHost({ fs: { ...fs, open, rename } }), temp, file, 'content');
      assert.deepEqual(steps, ['sync file', 'rename', 'sync directory']);
    }));

  it('leaves nothing when it fails', () =>
    withDirectory(async (directory) => {
      const host = testHost({ fs: { ...fs, rename: () => Promise.reject(failure('EXDEV')) } });
      const [temp, file] = [join(directory, 'temp'), join(directory, 'file')];
      await assert.rejects(writeDurably(host, temp, file, 'content'), { code: 'EXDEV' });
      assert.deepEqual(await fs.readdir(directory), []);
    }));

  it('tries a rename again while something else holds the file, and not for ever', () =>
    withDirectory(async (directory) => {
      const [from, to] = [join(directory, 'from'), join(directory, 'to')];
      await fs.writeFile(from, 'content');
      let busy = 3;
      const rename: typeof fs.rename = (a, b) =>
        busy-- > 0 ? Promise.reject(failure('EPERM')) : fs.rename(a, b);
      const host = testHost({ fs: { ...fs, rename } });
      host.clock.sleep = () => Promise.resolve();
      await moveDurably(host, from, to);
      assert.equal(await fs.readFile(to, 'utf8'), 'content');
      busy = 100;
      await assert.rejects(moveDurably(host, to, from), { code: 'EPERM' });
      assert.equal(busy, 96);
    }));

  it('syncs the parent of every directory it makes', () =>
    withDirectory(async (directory) => {
      const synced: unknown[] = [];
      const open: typeof fs.open = (path, flags) => {
        synced.push(path);
        return fs.open(path, flags);
      };
      const host = testHost({ fs: { ...fs, open } });
      await makeDirectory(host, join(directory, 'a', 'b'));
      await makeDirectory(host, join(directory, 'a', 'b'));
      assert.deepEqual(synced, [directory, join(directory, 'a')]);
    }));
});

describe('making a directory', () => {
  it('makes its parents, also when several do so at once', () =>
    withDirectory(async (directory) => {
      const path = join(directory, 'a', 'b', 'c');
      await Promise.all([1, 2, 3].map(() => makeDirectory(testHost(), path)));
      assert((await fs.stat(path)).isDirectory());
    }));

  it('ends where the system makes none and says that there is none, as under /proc', async () => {
    let asked = 0;
    const mkdir = (() => {
      asked += 1;
      return Promise.reject(failure('ENOENT'));
    }) as typeof fs.mkdir;
    const host = testHost({ fs: { ...fs, mkdir } });
    await assert.rejects(makeDirectory(host, join(import.meta.dirname, 'a', 'b')), { code: 'ENOENT' });
    assert.equal(asked, 1);
  });

  it('fails where a file is in the way', () =>
    withDirectory(async (directory) => {
      const file = join(directory, 'file');
      await fs.writeFile(file, '');
      await assert.rejects(makeDirectory(testHost(), file), { code: 'EEXIST' });
      await assert.rejects(makeDirectory(testHost(), join(file, 'a')), { code: 'ENOTDIR' });
    }));
});
