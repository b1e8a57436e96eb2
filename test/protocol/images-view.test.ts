import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { openStore } from '../../server/src/engine/store/store.ts';
import { Command, ImagesViewNotification, ImagesViewRequest } from '../../server/src/protocol.ts';
import type { ImagesView } from '../../server/src/protocol.ts';
import { dockerRemote, importImage, testHost } from '../engine/store/fixture.ts';
import { PLAIN } from '../helpers/vscode-capabilities.ts';
import { podOf, workbench } from './fixture.ts';
import type { Workbench } from './fixture.ts';

/** The view once it says so; asked for again whenever the server says that it has changed, as an editor does. */
async function untilView(
  bench: Workbench,
  what: string,
  look: (view: ImagesView) => boolean,
): Promise<ImagesView> {
  const { connection, received } = bench.client;
  let changes = 0;
  connection.onNotification(ImagesViewNotification, () => {
    changes++;
    received.note();
  });
  for (;;) {
    const before = changes;
    const view = await connection.sendRequest<ImagesView>(ImagesViewRequest, {});
    if (look(view)) return view;
    await received.until(what, () => changes > before);
  }
}

const words = ({ workspace }: ImagesView): string[] =>
  workspace.map((image) => `${image.label}: ${image.words}`);

describe('the view of images', () => {
  it('follows the store, the files and what is typed', async () => {
    await using bench = await workbench();
    const { client, store: root } = bench;
    const folder = join(dirname(root), 'manifests');
    await fs.mkdir(folder);
    const [closed, open] = [join(folder, 'closed.yaml'), join(folder, 'open.yaml')];
    for (const path of [closed, open]) await fs.writeFile(path, podOf('registry.example/web:1'));
    client.received.folders = [pathToFileURL(folder).href];

    const first = await untilView(bench, 'an image that is missing', ({ workspace }) => workspace.length > 0);
    assert.deepEqual(words(first), ['registry.example/web:1: not in store']);
    assert.equal(first.workspace[0]?.places.length, 2);
    assert.deepEqual([first.store, first.failure], [[], null]);

    const store = await openStore(testHost(), root);
    const imageId = await importImage(store, 'web');
    await store.recordRemote(dockerRemote('web', imageId, { checkedAt: Date.now() }));
    await store.close();
    const stored = await untilView(
      bench,
      'an image in the store',
      (view) => view.workspace[0]?.imageId === imageId,
    );
    assert.deepEqual(words(stored), ['registry.example/web:1: in store, checked just now']);
    assert.deepEqual(
      stored.store.map((image) => [image.imageId, image.manifests, image.references]),
      [[imageId, 2, ['docker://registry.example/web:1']]],
    );

    await client.open(pathToFileURL(open).href, podOf('typed:1'));
    await untilView(bench, 'what is typed', (view) => words(view).includes('typed:1: not in store'));

    await fs.rm(closed);
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: pathToFileURL(closed).href, type: 3 }],
    });
    const left = await untilView(bench, 'one manifest', ({ workspace }) => workspace.length === 1);
    assert.deepEqual(words(left), ['typed:1: not in store']);

    await client.execute(Command.remove, { imageId });
    await untilView(bench, 'an empty store', (view) => view.store.length === 0);
  });

  it('is answered to a client that can do nothing else', async () => {
    await using bench = await workbench({ capabilities: PLAIN });
    await bench.client.open('file:///a.yaml', podOf('a:1'));
    const view = await bench.client.connection.sendRequest<ImagesView>(ImagesViewRequest, {});
    assert.deepEqual(
      view.workspace.map(({ label }) => label),
      ['a:1'],
    );
  });
});
