import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { loadSqlite } from '../../../server/src/engine/store/sqlite.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import type { Store } from '../../../server/src/engine/store/store.ts';
import { byId } from './contract.ts';
import { PLATFORM, testHost, withDirectory } from './fixture.ts';

const IMPORTER = join(import.meta.dirname, 'importer.ts');

interface Run {
  /** IDs of the images that were durable when it ended. */
  readonly imageIds: string[];
  readonly code: number | null;
}

/** Runs an importer, and kills it when it has said so many lines and `killAfter` milliseconds more have passed. */
async function run(
  directory: string,
  name: string,
  count: number,
  killAfter?: [number, number],
): Promise<Run> {
  const child = spawn(process.execPath, [IMPORTER, directory, name, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    const before = lines;
    lines += chunk.toString().split('\n').length - 1;
    if (killAfter !== undefined && before < killAfter[0] && lines >= killAfter[0]) {
      setTimeout(() => child.kill('SIGKILL'), killAfter[1]);
    }
  });
  const [output, [code]] = await Promise.all([text(child.stdout), exit]);
  return { imageIds: output.split('\n').filter((line) => line.startsWith('sha512-')), code };
}

/** The index is sound, and every row's blob and manifest are there, whole. */
async function assertSound(directory: string, store: Store): Promise<void> {
  const sqlite = await loadSqlite({ fs });
  const db = new sqlite.Database(await fs.readFile(join(directory, 'index.sqlite')));
  assert.deepEqual(db.exec('PRAGMA integrity_check')[0]?.values, [['ok']]);
  assert.deepEqual(db.exec('PRAGMA foreign_key_check'), []);
  for (const { imageId, size } of store.view().images()) {
    assert.equal((await fs.stat(store.imagePath(imageId))).size, size);
    await store.manifestText(imageId);
  }
}

describe('processes that share a store', () => {
  it('lose nothing of what four of them write at once', () =>
    withDirectory(async (directory) => {
      const runs = await Promise.all(['a', 'b', 'c', 'd'].map((name) => run(directory, name, 8)));
      const store = await openStore(testHost(), directory);
      for (const { code, imageIds } of runs) {
        assert.equal(code, 0);
        assert.equal(imageIds.length, 6);
        for (const imageId of imageIds) assert.ok(store.view().find(byId(imageId), PLATFORM));
      }
      assert.equal(store.view().imageCount, 24);
      await assertSound(directory, store);
    }));

  it('may be killed at any moment: the store is sound, keeps what was durable, and goes on', () =>
    withDirectory(async (directory) => {
      const host = testHost();
      host.clock.now = () => Date.now();
      const durable = new Set<string>();
      for (let round = 0; round < 6; round++) {
        const { imageIds, code } = await run(directory, `r${round}`, 1000, [1 + (round % 3), round * 4]);
        assert.equal(code, null, 'it was killed');
        for (const imageId of imageIds) durable.add(imageId);
        const store = await openStore(host, directory);
        await assertSound(directory, store);
        for (const imageId of durable)
          assert.ok(store.view().find(byId(imageId), PLATFORM), `round ${round}`);
        await store.close();
      }
      assert.deepEqual(host.warnings, []);
      const left = await fs.readdir(join(directory, 'partial'));
      assert.deepEqual(
        left.filter((name) => name.startsWith('tmp-')),
        [],
      );
      const { code } = await run(directory, 'after', 4);
      assert.equal(code, 0);
    }));
});
