import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { manifestPaths } from '../../server/src/lsp/workspace-files.ts';
import type { TreeLimits } from '../../server/src/lsp/workspace-files.ts';
import { withDirectory } from '../engine/store/fixture.ts';

async function write(root: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await fs.mkdir(join(root, name, '..'), { recursive: true });
    await fs.writeFile(join(root, name), '');
  }
}

async function pathsIn(root: string, limits?: TreeLimits, signal = new AbortController().signal) {
  const skipped: string[] = [];
  const found: string[] = [];
  const onSkip = (path: string, why: string): void => void skipped.push(`${relative(root, path)}: ${why}`);
  for await (const path of manifestPaths(root, signal, onSkip, limits)) found.push(relative(root, path));
  return { found: found.sort(), skipped };
}

describe('manifestPaths', () => {
  it('are those of YAML and JSON, at any depth, outside the directories of tools', () =>
    withDirectory(async (root) => {
      await write(root, 'a.yaml', 'b/c.YML', 'b/d/e.json', '.config/f.yaml', 'b/README.md', 'yaml');
      await write(root, 'node_modules/x/a.json', 'b/node_modules/a.json', '.git/a.yaml', '.terraform/a.json');
      const names = ['.config/f.yaml', 'a.yaml', 'b/c.YML', 'b/d/e.json'].map((name) => join(name));
      assert.deepEqual(await pathsIn(root), { found: names, skipped: [] });
    }));

  it('follow no symbolic link, so that no circle has to be found out', () =>
    withDirectory(async (root) => {
      await write(root, 'a/b.yaml');
      await fs.symlink(root, join(root, 'a/up'));
      await fs.symlink(join(root, 'a/b.yaml'), join(root, 'link.yaml'));
      assert.deepEqual((await pathsIn(root)).found, [join('a/b.yaml')]);
    }));

  it('end where a tree is larger than anyone writes by hand, and say so', () =>
    withDirectory(async (root) => {
      await write(root, ...Array.from({ length: 9 }, (_, index) => `${index}.yaml`));
      const { found, skipped } = await pathsIn(root, { entries: 5, depth: 9 });
      assert.equal(found.length, 5);
      assert.deepEqual(skipped, [': it holds more than 5 files and directories']);
      await write(root, 'a/b/c/d.yaml', 'a/b/e.yaml');
      const deep = await pathsIn(root, { entries: 99, depth: 2 });
      const names = deep.found.filter((path) => path.startsWith('a'));
      assert.deepEqual(names, [join('a/b/e.yaml')]);
      assert.deepEqual(deep.skipped, [`${join('a/b/c')}: it is more than 2 directories deep`]);
    }));

  it('cost nothing but themselves when they cannot be read', () =>
    withDirectory(async (root) => {
      const { found, skipped } = await pathsIn(join(root, 'absent'));
      assert.deepEqual(found, []);
      assert.match(skipped.join(), /ENOENT/);
    }));

  it('end when nobody waits for them any more', () =>
    withDirectory(async (root) => {
      await write(root, 'a.yaml');
      assert.deepEqual((await pathsIn(root, undefined, AbortSignal.abort())).found, []);
    }));
});
