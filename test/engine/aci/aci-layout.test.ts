import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { aciMembers } from '../../../server/src/engine/aci/aci-layout.ts';
import { squash } from '../../../server/src/engine/aci/squash.ts';
import type { TarEntry } from '../../../server/src/engine/aci/tar-entry.ts';
import { entry } from './archives.ts';
import { directory, file, hardLink, symlink } from './trees.ts';

const names = (layers: TarEntry[][]): string[] =>
  [...aciMembers(squash(layers))].map(({ header }) => header.name);

describe('the members of an ACI', () => {
  it('are directories by path, then the rest as it is stored, then further names of files', () => {
    const layers = [
      [file('z', 1000), file('b/y', 2000), symlink('b/s', 'y'), directory('a')],
      [hardLink('a/link', 'z'), file('a/x', 500)],
    ];
    assert.deepEqual(names(layers), [
      'rootfs/',
      'rootfs/a/',
      'rootfs/b/',
      'rootfs/b/s',
      'rootfs/z',
      'rootfs/b/y',
      'rootfs/a/x',
      'rootfs/a/link',
    ]);
  });

  it('keep what an entry says, but for its name', () => {
    const told = { mode: 0o4711, uid: 5, gid: 6, mtime: 7, pax: [['SCHILY.xattr.user.a', 'b']] } as const;
    const [root, member] = aciMembers(
      squash([[entry({ name: './f', ...told }), entry({ name: '.', type: 'directory', ...told })]]),
    );
    for (const header of [root?.header, member?.header]) {
      const { mode, uid, gid, mtime, pax } = header ?? {};
      assert.deepEqual({ mode, uid, gid, mtime, pax }, told);
    }
  });

  it('are never before the directory they are in, and never there twice', () => {
    const name = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.join('/'));
    const layer = fc.uniqueArray(name, { maxLength: 8 }).map((paths) => paths.map((path) => directory(path)));
    const leaves = fc
      .uniqueArray(name, { maxLength: 4 })
      .map((paths) => paths.map((path) => file(`leaf/${path}.f`)));
    fc.assert(
      fc.property(fc.array(fc.oneof(layer, leaves), { maxLength: 4 }), (layers) => {
        const seen = new Set<string>();
        for (const path of names(layers)) {
          assert.ok(!seen.has(path), `${path} twice`);
          seen.add(path);
          const parent = path.replace(/[^/]+\/?$/, '');
          assert.ok(parent === '' || seen.has(parent), `${path} before ${parent}`);
        }
      }),
    );
  });
});
