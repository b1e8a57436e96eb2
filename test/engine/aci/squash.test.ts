import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { squash } from '../../../server/src/engine/aci/squash.ts';
import { CASES } from './squash-cases.ts';
import { directory, file, hardLink, squashed, symlink } from './trees.ts';

describe('squashing layers', () => {
  for (const [what, [layers, tree]] of Object.entries(CASES)) {
    it(what, () => {
      assert.deepEqual(squashed(layers), tree);
    });
  }
});

const REFUSED: Record<string, ReturnType<typeof file>[][]> = {
  'a name that leaves the image': [[file('../a')]],
  'a name that leaves the image on a detour': [[file('a/../../b')]],
  'a link target that leaves the image': [[file('a'), hardLink('b', '../a')]],
  'a hard link to nothing': [[hardLink('b', 'a')]],
  'a hard link to itself': [[file('a'), hardLink('a', 'a')]],
  'a hard link to a file in what it replaces': [[file('a/b'), hardLink('a', 'a/b')]],
  'a hard link to a directory': [[directory('a'), hardLink('b', 'a')]],
  'a root that is no directory': [[file('./')]],
  'a whiteout of nothing': [[file('a/.wh.')]],
  'a whiteout of the directory above': [[file('a/.wh...')]],
  'an entry below a file of its own layer': [[file('a'), file('a/b')]],
  'an entry below a link to a file': [[file('a'), symlink('b', 'a')], [file('b/c')]],
  'an entry behind links that go in circles': [[symlink('a', 'b'), symlink('b', 'a'), file('a/c')]],
  'a path that links make too long': [
    [symlink('a', 'd/'.repeat(1500)), symlink('b', `a/${'e/'.repeat(1500)}`), file('b/c')],
  ],
};

describe('squashing refuses', () => {
  for (const [what, layers] of Object.entries(REFUSED)) {
    it(what, () => {
      assert.throws(() => squashed(layers), { code: 'E_ARCHIVE' });
    });
  }

  it('names that need more directories than fit into memory', () => {
    const layer = [file('a/b/c'), directory('d'), file('a/e/f'), file('g/h')];
    assert.throws(() => squash([layer], 3), { code: 'E_TOO_LARGE' });
    squash([layer], 4);
  });

  it('and names the entry', () => {
    assert.throws(() => squashed([[file('../a\u0007')]]), /"\.\.\/a\\u\{7\}"/);
  });
});
