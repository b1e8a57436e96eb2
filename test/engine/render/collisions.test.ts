import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { describe, it } from 'node:test';
import type { Host } from '../../../server/src/engine/host.ts';
import { renderTree } from '../../../server/src/engine/render/render-tree.ts';
import { TreePlan } from '../../../server/src/engine/render/tree-plan.ts';
import { entry } from '../aci/archives.ts';
import { aciOf, directory, file, hardLink, imageFile, symlink, UNWATCHED, withDirectory } from './fixture.ts';
import type { Member } from './fixture.ts';

/** A file system that takes names for one that differ in case or in Unicode's forms only, as macOS and Windows have. */
function foldingFs(): Host['fs'] {
  const names = new Set<string>();
  const once = (path: unknown): void => {
    const folded = String(path).normalize('NFC').toLowerCase();
    if (names.has(folded)) throw Object.assign(new Error('there is one'), { code: 'EEXIST' });
    names.add(folded);
  };
  return {
    ...fs,
    mkdir: (async (path: string, mode: number) => {
      once(path);
      await fs.mkdir(path, mode);
    }) as unknown as typeof fs.mkdir,
    open: async (path, flags, mode) => {
      if (flags === 'wx') once(path);
      return fs.open(path, flags, mode);
    },
    symlink: async (target, path) => {
      once(path);
      await fs.symlink(target, path);
    },
    link: async (existing, path) => {
      once(path);
      await fs.link(existing, path);
    },
  };
}

const CASES: Readonly<Record<string, readonly Member[]>> = {
  files: [file('README', '1'), file('readme', '2')],
  directories: [directory('Dir'), directory('dir'), file('Dir/a'), file('dir/b')],
  'a file and a directory': [file('lib', '1'), directory('LIB')],
  'a file and a link to elsewhere': [symlink('a', '/etc/passwd'), file('A', 'root')],
  'hard links': [file('a'), hardLink('A', 'a')],
  'forms of Unicode': [file('\xc3\xa9', '1'), file('e\xcc\x81', '2')],
};

describe('names that the file system takes for one', () => {
  for (const [what, members] of Object.entries(CASES)) {
    it(`are refused: ${what}`, () =>
      withDirectory(async (scratch) => {
        const image = await imageFile(scratch, aciOf(...members));
        await assert.rejects(renderTree({ fs: foldingFs() }, [image], scratch, UNWATCHED), {
          code: 'E_UNSUPPORTED',
          message: /this file system takes its name for another one/,
        });
        assert.deepEqual(
          (await fs.readdir(scratch)).filter((name) => !name.endsWith('.aci')),
          [],
        );
        // Where names are what they are, there is nothing against it.
        await renderTree({ fs }, [image], scratch, UNWATCHED);
      }));
  }
});

describe('a name that Windows reads in its own way', () => {
  it('is refused there, unless a whitelist leaves it out', () => {
    for (const name of ['..\\..\\x', 'C:x', 'a:stream', 'nul', 'dots...']) {
      const add = (lists: string[]): void => {
        const plan = new TreePlan('win32', 1 << 20).image({ pathWhitelist: lists, within: [] });
        plan(entry({ name: `rootfs/${name}` }));
      };
      assert.throws(() => add([]), { code: 'E_UNSUPPORTED' }, name);
      add(['/other']);
    }
  });
});
