import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { diskUse } from '../../server/src/engine/care/disk-use.ts';
import { openStore } from '../../server/src/engine/store/store.ts';
import { Command } from '../../server/src/protocol.ts';
import type { GcResult } from '../../server/src/protocol.ts';
import { dockerRemote, importImage, sha256, testHost } from '../engine/store/fixture.ts';
import type { LspClientOptions } from '../helpers/lsp-client.ts';
import { PLAIN } from '../helpers/vscode-capabilities.ts';
import { POD_URI, podOf, workbench } from './fixture.ts';
import type { Workbench } from './fixture.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Names of images that were last used days ago: what they are for is in their names. */
const OLD = ['closed', 'pinned', 'typed', 'unused'];

interface GarbageBench extends Workbench {
  /** The path of the client's one folder. */
  readonly folder: string;
}

/** A server whose store has `registry.example/NAME:1` of these names and one that was just used, and a client with an empty folder. */
async function benchWithImages(options: LspClientOptions = {}): Promise<GarbageBench> {
  const bench = await workbench(options);
  const host = testHost();
  const store = await openStore(host, bench.store);
  const add = async (name: string): Promise<void> => {
    const imageId = await importImage(store, `the image ${name}`, { name: `registry.example/${name}` });
    await store.recordRemote(dockerRemote(name, imageId));
  };
  host.now = Date.now() - 2 * DAY;
  for (const name of OLD) await add(name);
  host.now = Date.now();
  await add('young');
  await store.close();
  const folder = join(dirname(bench.store), 'manifests');
  await fs.mkdir(folder);
  bench.client.received.folders = [pathToFileURL(folder).href];
  return { ...bench, folder };
}

/** What the store has: names of images, and the bytes of all files but the index. */
async function has({ store: root }: Workbench) {
  const store = await openStore(testHost(), root);
  const names = store
    .view()
    .images()
    .map(({ name }) => name.replace('registry.example/', ''));
  await store.close();
  const { images, blobs, trees, pods, unfinished } = await diskUse(fs, root);
  const bytes = [images, blobs, trees, pods, unfinished].reduce((sum, use) => sum + use.bytes, 0);
  return { names: names.sort(), bytes };
}

describe('garbage, over the wire,', () => {
  it('is what no manifest names and nobody used of late; a dry run tells of it, and the next run frees as much', async () => {
    await using bench = await benchWithImages();
    const { client } = bench;
    await fs.writeFile(join(bench.folder, 'closed.yaml'), podOf('registry.example/closed:1'));
    const pinned = `registry.example/pinned@${sha256('pinned')}`;
    await fs.writeFile(join(bench.folder, 'open.yaml'), podOf(pinned));
    await client.open(pathToFileURL(join(bench.folder, 'open.yaml')).href, podOf('registry.example/typed:1'));

    const before = await has(bench);
    assert.deepEqual(before.names, [...OLD, 'young'].sort());
    const told = await client.execute<GcResult>(Command.gc, { dryRun: true });
    assert.deepEqual([told.images, told.what, told.unread], [1, '1 image', []]);
    assert.deepEqual(await has(bench), before, 'a dry run removes nothing');
    assert.deepEqual(client.received.shown, []);

    const done = await client.execute<GcResult>(Command.gc, { dryRun: false });
    const after = await has(bench);
    assert.deepEqual(after.names, ['closed', 'pinned', 'typed', 'young']);
    assert.deepEqual(done, told);
    assert.equal(done.bytes, before.bytes - after.bytes);
    assert.deepEqual(client.received.shown, [`Freed ${done.size} by removing 1 image from the store.`]);
    const [, progress] = client.received.progress;
    assert.deepEqual([progress?.values[0]?.kind, progress?.values.at(-1)?.kind], ['begin', 'end']);
    await client.received.until('one image less', () => client.received.statuses.at(-1)?.imageCount === 4);
  });

  it('is everything that nobody needs at once, when no time is to pass', async () => {
    await using bench = await benchWithImages();
    await fs.writeFile(
      join(bench.folder, 'closed.json'),
      '{"kind":"Pod","spec":{"containers":[{"image":"registry.example/closed:1"}]}}',
    );
    const { images, kept } = await bench.client.execute<GcResult>(Command.gc, {
      dryRun: false,
      gracePeriod: '0s',
    });
    assert.equal(images, 4);
    assert.doesNotMatch(kept, /used in the last/);
    assert.deepEqual((await has(bench)).names, ['closed']);
  });

  it('stays while a file of the workspace cannot be read, until that is accepted', async () => {
    await using bench = await benchWithImages();
    const path = join(bench.folder, 'large.yaml');
    await fs.writeFile(path, podOf('registry.example/closed:1') + '#'.repeat(3 << 20));
    const { unread } = await bench.client.execute<GcResult>(Command.gc, { dryRun: true });
    assert.deepEqual(unread, [{ path, why: 'it is larger than 2 MiB' }]);
    await assert.rejects(bench.client.execute(Command.gc, { dryRun: false }), {
      message: /^Nothing was removed, because .*large\.yaml \(it is larger than 2 MiB\) could not be read/,
    });
    assert.equal((await has(bench)).names.length, OLD.length + 1);
    await bench.client.execute(Command.gc, { dryRun: false, acceptUnread: true });
    assert.deepEqual((await has(bench)).names, ['young']);
  });

  it('is told to a client without folders, which hears that no manifest in one keeps an image', async () => {
    await using bench = await benchWithImages({ capabilities: PLAIN, settings: {} });
    const { client } = bench;
    await client.changeSettings({ store: { path: bench.store } });
    await client.open(POD_URI, podOf('registry.example/typed:1'));
    const { images, kept } = await client.execute<GcResult>(Command.gc, { dryRun: true });
    assert.equal(images, OLD.length - 1);
    assert.match(kept, /^No folder is open, so only open manifests keep their images\./);
    await assert.rejects(client.execute(Command.gc, {}), { message: /`dryRun` must be true or false/ });
  });
});
