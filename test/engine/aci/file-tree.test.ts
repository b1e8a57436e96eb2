import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileAt } from '../../../server/src/engine/aci/file-tree.ts';
import { squash } from '../../../server/src/engine/aci/squash.ts';
import { directory, file, symlink } from './trees.ts';

describe('finding a file in a tree', () => {
  const root = squash([
    [
      file('usr/etc/passwd'),
      symlink('etc', 'usr/etc'),
      symlink('usr/etc/alias', '../../etc/passwd'),
      symlink('abs', '/../../usr/etc/passwd'),
      symlink('a', 'b'),
      symlink('b', 'a'),
      symlink('dangling', 'nowhere'),
      directory('empty'),
    ],
  ]);
  const nameAt = (path: string): string | undefined => fileAt(root, path)?.entry.name;

  it('follows symbolic links inside the tree', () => {
    for (const path of ['/usr/etc/passwd', '/etc/passwd', '/etc/alias', '/abs', '/empty/../etc/./passwd']) {
      assert.equal(nameAt(path), 'usr/etc/passwd', path);
    }
  });

  it('finds nothing else', () => {
    for (const path of [
      '/',
      '/usr',
      '/empty',
      '/a',
      '/dangling',
      '/nothing',
      '/nothing/passwd',
      '/etc/passwd/x',
    ]) {
      assert.equal(nameAt(path), undefined, path);
    }
  });
});
