import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { formatTag, isDead, ownTag, parseTag } from '../../../server/src/engine/store/process-tag.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { NOW, testHost, withDirectory } from './fixture.ts';

const DAY = 24 * 60 * 60 * 1000;

describe('temporary files', () => {
  it('are private, also when the random numbers repeat', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost({ random: () => 0.5 }), directory);
      const paths = await Promise.all([1, 2, 3].map(() => store.tempFile('.aci')));
      assert.equal(new Set(paths).size, 3);
      for (const path of paths) assert.equal((await fs.stat(path)).size, 0);
    }));

  it('of dead processes are removed at the next opening, and no others', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      const store = await openStore(host, directory);
      const own = basename(await store.tempFile('.aci'));
      const { scope } = await ownTag(host);
      const dead = spawnSync(process.execPath, ['--version']).pid;
      const partial = join(directory, 'partial');
      const names = {
        dead: `tmp-${scope}-${dead}-1-x.aci`,
        alive: `tmp-${scope}-${process.ppid}-1-x.aci`,
        elsewhere: `tmp-00000000-${dead}-1-x.aci`,
        elsewhereLongAgo: `tmp-00000000-${dead}-2-x.aci`,
        foreign: 'something else',
      };
      for (const name of Object.values(names)) {
        await fs.writeFile(join(partial, name), '');
        const time = (name === names.elsewhereLongAgo ? NOW - 8 * DAY : NOW) / 1000;
        await fs.utimes(join(partial, name), time, time);
      }
      await openStore(host, directory);
      assert.deepEqual(
        (await fs.readdir(partial)).sort(),
        [own, names.alive, names.elsewhere, names.foreign].sort(),
      );
    }));
});

describe('a process tag', () => {
  it('is read back as it was written, and nothing else is one', async () => {
    const own = await ownTag(testHost());
    assert.deepEqual(parseTag(formatTag(own)), own);
    for (const text of ['', '1', 'abcdefgh-1', '01234567-', '01234567-0', '01234567-1x', '0123456-1']) {
      assert.equal(parseTag(text), undefined);
    }
  });

  it('tells only of its own machine whether a process has ended', async () => {
    const own = await ownTag(testHost());
    const pid = spawnSync(process.execPath, ['--version']).pid;
    assert.equal(isDead({ ...own, pid }, own), true);
    assert.equal(isDead({ scope: '00000000', pid }, own), false);
    assert.equal(isDead({ ...own, pid: process.ppid }, own), false);
    assert.equal(isDead(own, own), false);
  });
});
