import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { aciOf, directory, file, hardLink, imageFile, symlink, withDirectory } from './fixture.ts';

const CHILD = join(import.meta.dirname, 'unprivileged-child.ts');
/** Nobody, by convention. */
const NOBODY = 65534;

describe('a user without privileges', () => {
  it(
    'renders, verifies and removes a tree with parts that only root may enter',
    { skip: process.platform === 'win32' },
    () =>
      withDirectory(async (scratch) => {
        const aci = aciOf(
          directory('locked', 0o000),
          directory('locked/inside', 0o111),
          file('locked/inside/shadow', 'x', { mode: 0o000, uid: 0 }),
          hardLink('shadow', 'locked/inside/shadow'),
          file('su', 'y', { mode: 0o4111 }),
          symlink('l', 'locked'),
          [{ name: 'null', type: 'character', deviceMajor: 1, deviceMinor: 3, uid: 0 }],
        );
        const image = await imageFile(scratch, aci);
        await fs.mkdir(join(scratch, 'home'));
        const isRoot = process.getuid?.() === 0;
        if (isRoot) {
          await fs.chmod(scratch, 0o755);
          await fs.chown(join(scratch, 'home'), NOBODY, NOBODY);
        }
        const args = [CHILD, join(scratch, 'home/store'), image.aci, image.imageId];
        const who = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
        const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', ...who });
        assert.equal(status, 0, stderr);
      }),
  );
});
