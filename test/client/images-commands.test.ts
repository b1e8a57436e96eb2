import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ImagesView } from '../../server/src/protocol.ts';
import { inStore, named, placeOf, stored, viewOf } from './images.ts';
import { seen } from './vscode-stub.ts';

const { registerImagesCommands } = await import('../../client/src/images-commands.ts');
const { ImagesCommand } = await import('../../client/src/images-command-names.ts');

const ITEM = { image: 'registry.example/web:1', syntax: 'docker' };

describe('the commands of the tree of images', () => {
  let view: ImagesView;
  let refreshes: number;
  let registered: readonly { dispose(): unknown }[];

  beforeEach(() => {
    [view, refreshes] = [viewOf(), 0];
    for (const list of [
      seen.executed,
      seen.questions,
      seen.answers,
      seen.information,
      seen.opened,
      seen.shown,
    ])
      list.splice(0);
    registered = registerImagesCommands({
      ask: () => Promise.resolve(view),
      refresh: () => {
        refreshes++;
      },
    });
  });
  afterEach(() => registered.forEach((each) => each.dispose()));

  const run = async (id: string, node?: unknown): Promise<void> => {
    await seen.registered.get(id)?.(node);
  };

  it('are all there', () => {
    for (const id of Object.values(ImagesCommand)) assert(seen.registered.has(id), id);
  });

  it('fetch the image of a row, asking the remote or not', async () => {
    const node = { kind: 'named', image: named() };
    await run(ImagesCommand.fetch, node);
    await run(ImagesCommand.forceFetch, node);
    assert.deepEqual(seen.executed, [
      ['larder.fetch', { images: [{ ...ITEM, mode: 'default' }] }],
      ['larder.fetch', { images: [{ ...ITEM, mode: 'remote' }] }],
    ]);
  });

  it('fetch what is missing, and check the tags of what is an image', async () => {
    const invalid = named({ state: 'invalid', image: 'shop/Web' });
    view = viewOf({ workspace: [named({ image: 'nginx:1' }), inStore, invalid] });
    await run(ImagesCommand.fetchMissing);
    await run(ImagesCommand.checkTags);
    const nginx = { ...ITEM, image: 'nginx:1' };
    assert.deepEqual(seen.executed, [
      ['larder.fetch', { images: [{ ...nginx, mode: 'default' }] }],
      ['larder.refresh', { images: [nginx, ITEM] }],
    ]);
  });

  it('say so when there is nothing to do', async () => {
    for (const id of Object.values(ImagesCommand)) await run(id);
    assert.deepEqual([seen.executed, seen.questions, refreshes], [[], [], 1]);
    assert.equal(seen.information.length, 8);
  });

  it('show the place where an image is named', async () => {
    await run(ImagesCommand.reveal, { kind: 'named', image: named() });
    const [shown] = seen.shown;
    assert.equal(shown?.uri, 'file:///w/a.yaml');
    assert.deepEqual((shown.options as { selection: { values: unknown } }).selection.values, [7, 13, 7, 20]);
  });

  it('ask which place, and find those of an image in the store', async () => {
    view = viewOf({ workspace: [{ ...inStore, places: [placeOf('a.yaml', 7), placeOf('b.yaml', 1)] }] });
    seen.answers.push('b.yaml:2', undefined);
    await run(ImagesCommand.reveal, { kind: 'stored', image: stored });
    await run(ImagesCommand.reveal, { kind: 'stored', image: stored });
    assert.deepEqual(
      seen.shown.map(({ uri }) => uri),
      ['file:///w/b.yaml'],
    );
  });

  it('prepare the pod that an image is in, whether or not it is open, and ask which', async () => {
    view = viewOf({ workspace: [{ ...inStore, places: [placeOf('a.yaml', 7), placeOf('b.yaml', 1)] }] });
    seen.answers.push('b.yaml:2', undefined);
    await run(ImagesCommand.prepare, { kind: 'named', image: named() });
    await run(ImagesCommand.prepare, { kind: 'stored', image: stored });
    await run(ImagesCommand.prepare, { kind: 'stored', image: stored });
    assert.deepEqual(seen.executed, [
      ['larder.prepare', { uri: 'file:///w/a.yaml', position: { line: 7, character: 13 } }],
      ['larder.prepare', { uri: 'file:///w/b.yaml', position: { line: 1, character: 13 } }],
    ]);
    assert.deepEqual(seen.opened, ['file:///w/a.yaml', 'file:///w/b.yaml']);
    assert.deepEqual(seen.shown, []);
  });

  it('copy the ID of an image', async () => {
    await run(ImagesCommand.copyId, { kind: 'named', image: inStore });
    assert.equal(seen.clipboard, stored.imageId);
  });

  it('remove an image only after a clear yes, by its name', async () => {
    view = viewOf({ store: [stored] });
    for (const answer of [undefined, 'Remove']) {
      assert.deepEqual(seen.executed, []);
      seen.answers.push(answer);
      await run(ImagesCommand.remove, { kind: 'stored', image: stored });
    }
    assert.deepEqual(seen.executed, [['larder.remove', { imageId: stored.imageId }]]);
    const [question] = seen.questions;
    assert.equal(question?.about, 'Remove registry.example/web:1 from the store?');
    assert.equal((question.options as { modal: boolean }).modal, true);
  });

  it('remove nothing that is gone meanwhile', async () => {
    await run(ImagesCommand.remove, { kind: 'stored', image: stored });
    assert.deepEqual([seen.questions, seen.executed], [[], []]);
    assert.deepEqual(seen.information, ['registry.example/web:1 is not in the store.']);
  });

  it('ask which image, where no row tells it', async () => {
    const invalid = named({ state: 'invalid', label: 'shop/Web' });
    view = viewOf({ workspace: [invalid, inStore], store: [stored] });
    seen.answers.push('shop/Web', inStore.label, stored.label, stored.label, 'Remove', stored.label);
    await run(ImagesCommand.fetch);
    assert.deepEqual(seen.executed.splice(0), [], 'what is no image is not offered');
    await run(ImagesCommand.forceFetch);
    assert.deepEqual(seen.executed.splice(0), [['larder.fetch', { images: [{ ...ITEM, mode: 'remote' }] }]]);
    await run(ImagesCommand.copyId);
    await run(ImagesCommand.remove);
    await run(ImagesCommand.reveal);
    assert.deepEqual(seen.executed, [['larder.remove', { imageId: stored.imageId }]]);
    assert.equal(seen.shown.length, 1);
  });
});
