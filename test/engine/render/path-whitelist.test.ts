import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PathFilter } from '../../../server/src/engine/render/path-whitelist.ts';

describe('a pathWhitelist', () => {
  it('names single paths, cleaned, in UTF-8', () => {
    const filter = new PathFilter({ pathWhitelist: ['/a//b/', 'c/./d/../e', '/../f', '/größe'], within: [] });
    for (const path of ['a/b', 'c/e', 'f', 'gr\xc3\xb6\xc3\x9fe'])
      assert.ok(filter.takes(path, 'file'), path);
    for (const path of ['a', 'a/b/c', 'c', 'größe']) assert.ok(!filter.takes(path, 'file'), path);
  });

  it('leaves the directories of its own image, and not those below', () => {
    const lists = ['/a'];
    assert.ok(new PathFilter({ pathWhitelist: lists, within: [] }).takes('d', 'directory'));
    assert.ok(!new PathFilter({ pathWhitelist: [], within: lists }).takes('d', 'directory'));
    assert.ok(new PathFilter({ pathWhitelist: ['/b'], within: lists }).takes('a', 'directory'));
    assert.ok(!new PathFilter({ pathWhitelist: ['/b'], within: lists }).takes('a', 'symlink'));
  });
});
