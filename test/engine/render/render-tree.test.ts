import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { renderTree } from '../../../server/src/engine/render/render-tree.ts';
import {
  aciOf,
  directory,
  file,
  hardLink,
  imageFile,
  rendered,
  symlink,
  UNWATCHED,
  withDirectory,
} from './fixture.ts';

describe('a tree of one image', () => {
  it('has its directories, files, links, and nothing beside rootfs', async () => {
    const aci = aciOf(
      directory('usr'),
      directory('usr/bin'),
      file('usr/bin/app', 'program'),
      symlink('bin', 'usr/bin'),
      hardLink('usr/bin/other', 'usr/bin/app'),
      file('empty', ''),
      file('deep/er/file', 'x'),
    );
    assert.deepEqual(await rendered(aci), [
      'bin -> usr/bin',
      'deep/',
      'deep/er/',
      'deep/er/file: x',
      'empty: ',
      'usr/',
      'usr/bin/',
      'usr/bin/app: program',
      'usr/bin/other = usr/bin/app',
    ]);
  });

  it('has what lies below a symbolic link where the link leads, inside the tree', async () => {
    const aci = aciOf(
      directory('usr'),
      symlink('bin', 'usr/bin'),
      file('bin/sh', 'shell'),
      symlink('out', '../../../usr'),
      file('out/share', 'x'),
      symlink('abs', '/usr/lib'),
      file('abs/so', 'y'),
    );
    assert.deepEqual(await rendered(aci), [
      'abs -> /usr/lib',
      'bin -> usr/bin',
      'out -> ../../../usr',
      'usr/',
      'usr/bin/',
      'usr/bin/sh: shell',
      'usr/lib/',
      'usr/lib/so: y',
      'usr/share: x',
    ]);
  });

  it('has names of any bytes, and files of any size', async () => {
    const big = 'x'.repeat(700_000);
    const names = ['latin1-\xe9', 'new\nline', ' ', '...', '-rf', "quote'"];
    const aci = aciOf(...names.map((name) => file(name, '1')), file('big', big));
    assert.deepEqual(await rendered(aci), [...names.map((name) => `${name}: 1`), `big: ${big}`].sort());
  });

  it('has modes, times and hard links of symbolic links as the image has them', () =>
    withDirectory(async (scratch) => {
      const aci = aciOf(
        [
          {
            name: 'locked/',
            type: 'directory',
            mode: 0o000,
            mtime: 1_600_000_000,
            pax: [['mtime', '1600000000.25']],
          },
        ],
        [
          {
            name: 'locked/file',
            mode: 0o4711,
            mtime: 1_600_000_001,
            pax: [['mtime', '1600000001.123456789']],
          },
          'x',
        ],
        [{ name: 'old', mode: 0o000, mtime: -2, pax: [['mtime', '-1.5']] }, ''],
        [{ name: 'link', type: 'symlink', linkName: '/nowhere', mtime: 1_600_000_002 }],
        hardLink('link2', 'link'),
      );
      await renderTree({ fs }, [await imageFile(scratch, aci)], scratch, UNWATCHED);
      const stat = async (name: string): Promise<unknown[]> => {
        const { mode, mtimeNs } = await fs.lstat(join(scratch, 'rootfs', name), { bigint: true });
        return [(mode & 0o7777n).toString(8), mtimeNs / 1000n];
      };
      assert.deepEqual(await stat('locked'), ['0', 1_600_000_000_250_000n]);
      assert.deepEqual(await stat('locked/file'), ['4711', 1_600_000_001_123_456n]);
      assert.deepEqual(await stat('old'), ['0', -1_500_000n]);
      assert.equal((await stat('link'))[1], 1_600_000_002_000_000n);
      const [a, b] = await Promise.all(
        ['link', 'link2'].map((name) => fs.lstat(join(scratch, 'rootfs', name))),
      );
      assert.equal(a?.ino, b?.ino);
    }));

  it('is told with its owners, and with what could not be made', () =>
    withDirectory(async (scratch) => {
      const aci = aciOf(
        file('b', 'data', { uid: 1000, gid: 50, pax: [['SCHILY.xattr.security.capability', '\x01\x00']] }),
        hardLink('a', 'b'),
        [{ name: 'dev/null', type: 'character', deviceMajor: 1, deviceMinor: 3, mode: 0o666 }],
        [{ name: 'pipe', type: 'fifo', mode: 0o600, uid: 7 }],
      );
      const found = await renderTree({ fs }, [await imageFile(scratch, aci)], scratch, UNWATCHED);
      const paths = found.entries.map(({ path, type, owner }) => [path, type, owner.uid, owner.gid]);
      assert.deepEqual(paths, [
        ['', 'directory', 0, 0],
        ['a', 'file', 1000, 50],
        ['b', 'link', 1000, 50],
        ['dev', 'directory', 0, 0],
      ]);
      assert.equal(found.size, 4);
      assert.deepEqual(found.notMade, [
        { path: 'dev/null', type: 'character', mode: 0o666, major: 1, minor: 3, uid: 0, gid: 0 },
        { path: 'pipe', type: 'fifo', mode: 0o600, major: 0, minor: 0, uid: 7, gid: 0 },
      ]);
      assert.deepEqual(found.attributes, [{ path: 'a', names: ['security.capability'] }]);
    }));
});

describe('a tree of an image and its dependencies', () => {
  it('has the upper image replace files, and merges directories', async () => {
    const base = aciOf(
      directory('etc'),
      file('etc/a', 'base a'),
      file('etc/b', 'base b'),
      file('top', 'base'),
    );
    const app = aciOf(directory('etc', 0o700), file('etc/b', 'app b'), file('etc/c', 'app c'));
    assert.deepEqual(await rendered(base, app), [
      'etc/',
      'etc/a: base a',
      'etc/b: app b',
      'etc/c: app c',
      'top: base',
    ]);
  });

  it('has the upper image change what a name is', async () => {
    const base = aciOf(file('dir/x'), file('file'), symlink('link', 'dir'), file('implied'));
    const app = aciOf(
      file('dir', 'now a file'),
      directory('file'),
      directory('link'),
      file('link/y'),
      file('implied/z'),
    );
    assert.deepEqual(await rendered(base, app), [
      'dir: now a file',
      'file/',
      'implied/',
      'implied/z: implied/z',
      'link/',
      'link/y: link/y',
    ]);
  });

  it('has no whiteouts: names are names', async () => {
    const app = aciOf(file('.wh.etc', ''), file('.wh..wh..opq', ''));
    assert.deepEqual(await rendered(aciOf(file('etc', 'x')), app), ['.wh..wh..opq: ', '.wh.etc: ', 'etc: x']);
  });

  it('has a hard link to a file of the image below, which outlives its first name', async () => {
    const app = aciOf(hardLink('new', 'old'), file('old', 'changed'));
    assert.deepEqual(await rendered(aciOf(file('old', 'first')), app), ['new: first', 'old: changed']);
  });

  it('has only what the whitelists name', async () => {
    const base = aciOf(directory('d', 0o700), file('d/a'), file('d/b'), file('c'), directory('e'));
    const within = ['/d/a', '/c/', '/app', '/nothing'];
    const app = aciOf(file('app'), file('app2'), directory('own'));
    assert.deepEqual(await rendered([base, { within }], [app, { pathWhitelist: within }]), [
      'app: app',
      'c: c',
      'd/',
      'd/a: d/a',
      'own/',
    ]);
    assert.deepEqual(await rendered([base, { within: ['/c', '/d/a'], pathWhitelist: ['/d/a', '/d/b'] }]), [
      'd/',
      'd/a: d/a',
    ]);
  });

  it('has a file whose first name the whitelist leaves out', async () => {
    const app = aciOf(file('a', 'data'), hardLink('b', 'a'), hardLink('c', 'b'));
    assert.deepEqual(await rendered([app, { pathWhitelist: ['/c'] }]), ['c: data']);
  });
});

describe('a render', () => {
  it('makes the same twice, also of directories that no image describes', () =>
    withDirectory(async (scratch) => {
      const image = await imageFile(scratch, aciOf(file('a/b/c'), hardLink('a/d', 'a/b/c')));
      const first = await renderTree({ fs }, [image], scratch, UNWATCHED);
      await fs.rename(join(scratch, 'rootfs'), join(scratch, 'before'));
      assert.deepEqual(await renderTree({ fs }, [image], scratch, UNWATCHED), first);
      const time = async (root: string): Promise<number> => (await fs.stat(join(scratch, root, 'a'))).mtimeMs;
      assert.deepEqual([await time('before'), await time('rootfs')], [0, 0]);
    }));

  it('tells how far it is', () =>
    withDirectory(async (scratch) => {
      const image = await imageFile(scratch, aciOf(file('a', '12345'), file('b', '123')));
      const told: [number, number][] = [];
      const onProgress = (written: number, total: number): unknown => told.push([written, total]);
      await renderTree({ fs }, [image], scratch, { ...UNWATCHED, onProgress });
      assert.equal(told.length, 2);
      assert.deepEqual(told.at(-1), [8, 8]);
    }));

  it('leaves nothing behind when it is cancelled or cannot go on', () =>
    withDirectory(async (scratch) => {
      const image = await imageFile(
        scratch,
        aciOf(directory('d', 0o555), file('d/a', '12345'), file('b', '123')),
      );
      const stop = new AbortController();
      const why = new Error('enough');
      const watch = { signal: stop.signal, onProgress: () => stop.abort(why) };
      await assert.rejects(renderTree({ fs }, [image], scratch, watch), why);
      assert.deepEqual(
        (await fs.readdir(scratch)).filter((name) => !name.endsWith('.aci')),
        [],
      );
      const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
      const broken = { ...fs, lutimes: () => Promise.reject(full) };
      const linked = await imageFile(scratch, aciOf(file('a'), symlink('b', 'a')));
      await assert.rejects(renderTree({ fs: broken }, [linked], scratch, UNWATCHED), { code: 'E_NO_SPACE' });
      assert.deepEqual(
        (await fs.readdir(scratch)).filter((name) => !name.endsWith('.aci')),
        [],
      );
    }));

  it('touches no rootfs that is there already', () =>
    withDirectory(async (scratch) => {
      const image = await imageFile(scratch, aciOf(file('a')));
      await fs.mkdir(join(scratch, 'rootfs'));
      await fs.writeFile(join(scratch, 'rootfs/kept'), '');
      await assert.rejects(renderTree({ fs }, [image], scratch, UNWATCHED), { code: 'E_STORE_IO' });
      assert.deepEqual(await fs.readdir(join(scratch, 'rootfs')), ['kept']);
    }));

  it('refuses a stored image that is damaged or gone', () =>
    withDirectory(async (scratch) => {
      const image = await imageFile(scratch, aciOf(file('a')));
      const bytes = await fs.readFile(image.aci);
      // In a header, so that the archive is no archive any more.
      bytes[1100] = (bytes[1100] ?? 0) ^ 1;
      await fs.writeFile(image.aci, bytes);
      await assert.rejects(renderTree({ fs }, [image], scratch, UNWATCHED), { code: 'E_DIGEST' });
      await fs.rm(image.aci);
      await assert.rejects(renderTree({ fs }, [image], scratch, UNWATCHED), { code: 'E_STORE_IO' });
    }));
});
