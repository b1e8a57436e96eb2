import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { StoreView } from '../../../server/src/domain/store-view.ts';
import { openStoreReader } from '../../../server/src/engine/store/reader.ts';
import type { StoreReader } from '../../../server/src/engine/store/reader.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { loadSqlite } from '../../../server/src/engine/store/sqlite.ts';
import { byId } from './contract.ts';
import { PLATFORM, importImage, testHost, withDirectory } from './fixture.ts';

const NEVER = 1 << 30;

function viewOf(reader: StoreReader): StoreView {
  const state = reader.state();
  assert.ok(state.kind === 'ready');
  return state.view;
}

function changeOf(reader: StoreReader): Promise<void> {
  return new Promise((resolve) => {
    const end = reader.onChange(() => {
      end();
      resolve();
    });
  });
}

async function withReader(
  poll: number,
  body: (reader: StoreReader, directory: string) => Promise<void>,
  prepare: (directory: string) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await withDirectory(async (parent) => {
    const directory = join(parent, 'store');
    await prepare(directory);
    const reader = await openStoreReader(testHost(), directory, poll);
    try {
      await body(reader, directory);
    } finally {
      reader.close();
    }
  });
}

describe('a reader of the store', () => {
  it('sees an empty store where there is none, and makes nothing', () =>
    withReader(NEVER, async (reader, directory) => {
      assert.equal(viewOf(reader).imageCount, 0);
      assert.equal(viewOf(reader).find(byId('sha512-0123456789'), PLATFORM), undefined);
      await assert.rejects(fs.stat(directory), { code: 'ENOENT' });
    }));

  it('notices by watching what another process writes', () =>
    withReader(
      NEVER,
      async (reader, directory) => {
        const store = await openStore(testHost(), directory);
        const before = viewOf(reader);
        const changed = changeOf(reader);
        const imageId = await importImage(store, 'a');
        await changed;
        assert.equal(viewOf(reader).find(byId(imageId), PLATFORM)?.image.imageId, imageId);
        assert.equal(before.imageCount, 0, 'a view is of its moment');
        const removed = changeOf(reader);
        await store.removeImage(imageId);
        await removed;
        assert.equal(viewOf(reader).imageCount, 0);
      },
      async (directory) => (await openStore(testHost(), directory)).close(),
    ));

  it('reads what an older Larder wrote, and leaves it as it is', () =>
    withDirectory(async (directory) => {
      const store = await openStore(testHost(), directory);
      const imageId = await importImage(store, 'a');
      await store.close();
      const index = join(directory, 'index.sqlite');
      const db = new (await loadSqlite({ fs })).Database(await fs.readFile(index));
      db.exec('ALTER TABLE remote DROP COLUMN policy; PRAGMA user_version = 1');
      const old = db.export();
      await fs.writeFile(index, old);
      const reader = await openStoreReader(testHost(), directory, NEVER);
      assert.equal(viewOf(reader).find(byId(imageId), PLATFORM)?.image.imageId, imageId);
      reader.close();
      assert.deepEqual(await fs.readFile(index), Buffer.from(old));
      const updated = await openStore(testHost(), directory);
      assert.equal(updated.view().find(byId(imageId), PLATFORM)?.image.imageId, imageId);
      await updated.close();
    }));

  it('says once that it cannot watch, however often it tries', () =>
    withDirectory(async (directory) => {
      const said: string[] = [];
      const thrice = Promise.withResolvers<undefined>();
      let tries = 0;
      const watch = (() => {
        tries += 1;
        if (tries === 3) thrice.resolve(undefined);
        throw new Error('no watching here');
      }) as typeof fs.watch;
      const { log } = testHost();
      const host = { fs: { ...fs, watch }, log: { ...log, debug: (line: string) => said.push(line) } };
      const reader = await openStoreReader(host, directory, 1);
      await thrice.promise;
      reader.close();
      assert.equal(said.filter((line) => line.includes('no watching here')).length, 1);
    }));

  it('notices by polling a store that is made later', () =>
    withReader(20, async (reader, directory) => {
      const changed = changeOf(reader);
      await importImage(await openStore(testHost(), directory), 'a');
      await changed;
      await reader.refresh();
      assert.equal(viewOf(reader).imageCount, 1);
    }));

  it('never waits while the index is locked, and leaves no trace', () =>
    withReader(
      NEVER,
      async (reader, directory) => {
        const store = await openStore(testHost(), directory);
        await store.withLock('index', undefined, async () => {
          const names = await fs.readdir(directory, { recursive: true });
          assert.equal(await reader.refresh(), false);
          const another = await openStoreReader(testHost(), directory, NEVER);
          assert.equal(viewOf(another).imageCount, 1);
          another.close();
          assert.deepEqual(await fs.readdir(directory, { recursive: true }), names);
        });
      },
      async (directory) => {
        await importImage(await openStore(testHost(), directory), 'a');
      },
    ));

  it('says why it knows nothing of a damaged index, and sees its repair', () =>
    withReader(
      NEVER,
      async (reader, directory) => {
        const state = reader.state();
        assert.ok(state.kind === 'unknown');
        assert.match(state.why, /index\.sqlite is damaged/);
        await openStore(testHost(), directory);
        await reader.refresh();
        assert.equal(viewOf(reader).imageCount, 0);
      },
      async (directory) => {
        await fs.mkdir(directory);
        await fs.writeFile(join(directory, 'index.sqlite'), 'no database');
      },
    ));

  it('tells of an unreadable index once', () =>
    withDirectory(async (directory) => {
      // A directory where the file belongs cannot be read by anybody, root included.
      await fs.mkdir(join(directory, 'index.sqlite'));
      const reader = await openStoreReader(testHost(), directory, NEVER);
      assert.equal(reader.state().kind, 'unknown');
      assert.equal(await reader.refresh(), false);
      reader.close();
    }));

  it('tells nobody after it was closed', () =>
    withReader(NEVER, async (reader, directory) => {
      let told = 0;
      reader.onChange(() => (told += 1));
      reader.close();
      await importImage(await openStore(testHost(), directory), 'a');
      assert.equal(await reader.refresh(), true);
      assert.equal(told, 0);
    }));
});
