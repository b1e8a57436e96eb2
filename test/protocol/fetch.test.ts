import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { CancellationTokenSource, WorkDoneProgress } from 'vscode-languageserver/node';
import { Command } from '../../server/src/protocol.ts';
import type { FetchArguments, FetchResult, RefreshResult } from '../../server/src/protocol.ts';
import { buildImage } from '../helpers/images.ts';
import { PLAIN } from '../helpers/vscode-capabilities.ts';
import { Registry } from '../helpers/registry.ts';
import { FIRST_IMAGE, POD_URI, podOf, untilHint, workbench } from './fixture.ts';

const app = await buildImage({ layers: [{ files: [{ name: 'app', content: 'the first' }] }] });
const moved = await buildImage({ layers: [{ files: [{ name: 'app', content: 'the second' }] }] });

describe('commands of the server', () => {
  let registry: Registry;
  before(async () => {
    registry = await new Registry().listen();
    registry.push('shop/web', '1', app);
  });
  after(() => registry.close());

  const reference = () => `${registry.host}/shop/web:1`;
  const fetching = (...images: string[]): FetchArguments => ({
    images: images.map((image) => ({ image, syntax: 'docker', mode: 'default' })),
  });

  it('fetch an image with one progress, and what is shown follows', async () => {
    await using bench = await workbench();
    const { client } = bench;
    const { received } = client;
    await client.open(POD_URI, podOf(reference()));
    assert.equal((await client.inlayHints(POD_URI))[0]?.label, 'not in store');
    const [, lens] = await client.codeLenses(POD_URI);
    assert.equal(lens?.command?.title, 'Fetch missing');

    const argument: unknown = lens.command.arguments?.[0];
    const { images } = await client.execute<FetchResult>(lens.command.command, argument);
    const [image] = images;
    assert(image !== undefined && 'outcome' in image, JSON.stringify(image));
    assert.equal(image.outcome, 'fetched');
    assert.match(image.imageId, /^sha512-[0-9a-f]{128}$/);

    await untilHint(bench, POD_URI, 'in store, checked just now');
    assert.match(await client.hover(POD_URI, FIRST_IMAGE), /In the store/);
    const status = await received.until('an idle status', () =>
      received.statuses.findLast(({ imageCount, busy }) => imageCount === 1 && busy.length === 0),
    );
    assert.equal(status.lastError, null);
    assert(received.statuses.some(({ busy }) => busy.join() === `fetching ${reference()}`));

    const [progress, ...others] = received.progress;
    assert.deepEqual(others, []);
    const kinds = progress?.values.map(({ kind }) => kind) ?? [];
    assert.equal(kinds[0], 'begin');
    assert.equal(kinds.indexOf('end'), kinds.length - 1);
    const [begin] = progress?.values ?? [];
    assert(begin?.kind === 'begin' && begin.cancellable === true);
    assert.equal(begin.title, `Fetching ${reference()}`);
  });

  it('wait for settings that come late: they say which store to write to', async () => {
    const { promise: settingsKnown, resolve } = Promise.withResolvers<undefined>();
    await using bench = await workbench({ settingsKnown });
    const fetched = bench.client.execute<FetchResult>(Command.fetch, fetching(reference()));
    // The server's patience for its first answers is one second.
    setTimeout(resolve, 1_200, undefined);
    const { images } = await fetched;
    assert('imageId' in (images[0] ?? {}), JSON.stringify(images));
    assert((await readdir(bench.store)).includes('index.sqlite'));
  });

  it('report to the token that came with the request', async () => {
    await using bench = await workbench();
    const { connection, received } = bench.client;
    const kinds: string[] = [];
    connection.onProgress(WorkDoneProgress.type, 'mine', ({ kind }) => void kinds.push(kind));
    await connection.sendRequest('workspace/executeCommand', {
      command: Command.fetch,
      arguments: [fetching(reference())],
      workDoneToken: 'mine',
    });
    assert.deepEqual([kinds[0], kinds.at(-1)], ['begin', 'end']);
    assert.deepEqual(received.progress, []);
  });

  it('work for a client that shows no progress', async () => {
    await using bench = await workbench({ capabilities: PLAIN, settings: {} });
    await bench.client.changeSettings({ store: { path: bench.store } });
    const { images } = await bench.client.execute<FetchResult>(Command.fetch, fetching(reference()));
    assert.deepEqual(
      images.map((image) => ('outcome' in image ? image.outcome : image.error)),
      ['fetched'],
    );
  });

  it('are cancelled from their progress, and keep nothing half done', async () => {
    await using bench = await workbench();
    const { client } = bench;
    registry.misbehave(app.layers[0]?.digest ?? '', { kind: 'hang' });
    const fetched = client.execute<FetchResult>(Command.fetch, fetching(reference()));
    const progress = await client.received.until('a progress', () =>
      client.received.progress.find(({ values }) => values.length > 0),
    );
    await client.connection.sendNotification('window/workDoneProgress/cancel', { token: progress.token });
    const [image] = (await fetched).images;
    assert(image !== undefined && 'error' in image);
    assert.equal(image.error.code, 'E_CANCELLED');
    assert.deepEqual(client.received.shown, []);
    await client.received.until('the end', () => progress.values.at(-1)?.kind === 'end');
    registry.behave();
    const again = await client.execute<FetchResult>(Command.fetch, fetching(reference()));
    assert(again.images.every((result) => 'imageId' in result));
  });

  it('are cancelled with their request', async () => {
    await using bench = await workbench();
    const { client } = bench;
    registry.misbehave(app.layers[0]?.digest ?? '', { kind: 'hang' });
    const source = new CancellationTokenSource();
    const fetched = client.execute<FetchResult>(Command.fetch, fetching(reference()), source.token);
    await client.received.until('a progress', () =>
      client.received.progress.some(({ values }) => values.length > 0),
    );
    source.cancel();
    const [image] = (await fetched).images;
    assert(image !== undefined && 'error' in image && image.error.code === 'E_CANCELLED');
    registry.behave();
  });

  it('say in one sentence what failed, in the answer, in a message and in the status', async () => {
    await using bench = await workbench();
    const { client } = bench;
    const absent = `${registry.host}/shop/absent:1`;
    const { images } = await client.execute<FetchResult>(Command.fetch, fetching(absent, reference()));
    const [failed, fetched] = images;
    assert(failed !== undefined && 'error' in failed);
    assert(fetched !== undefined && 'imageId' in fetched);
    assert.equal(failed.error.code, 'E_NOT_FOUND');
    const { received } = client;
    assert.deepEqual(await received.until('a message', () => received.shown.length > 0 && received.shown), [
      failed.error.message,
    ]);
    await received.until('a status', () =>
      received.statuses.some(({ lastError }) => lastError === failed.error.message),
    );
    await client.execute(Command.fetch, fetching(reference()));
    await received.until('its end', () => received.statuses.at(-1)?.lastError === null);
  });

  it('are refused with an argument of the wrong form', async () => {
    await using bench = await workbench();
    await assert.rejects(bench.client.execute(Command.fetch, { images: 'all' }), { code: -32602 });
    await assert.rejects(bench.client.execute('larder.unheardOf', {}), { code: -32602 });
  });

  it('check a tag with one HEAD, look at the manifest of a moved one, and show it as such', async () => {
    await using bench = await workbench();
    const { client } = bench;
    registry.push('shop/moving', '1', app);
    const image = `${registry.host}/shop/moving:1`;
    const check = { images: [{ image, syntax: 'docker' }] };
    await client.open(POD_URI, podOf(image));
    assert.deepEqual(await client.execute<RefreshResult>(Command.refresh, check), {
      images: [{ image, found: 'unknown' }],
    });
    await client.execute(Command.fetch, fetching(image));
    registry.clearRequests();
    assert.deepEqual(await client.execute(Command.refresh, check), {
      images: [{ image, found: 'unchanged' }],
    });
    registry.move('shop/moving', '1', moved);
    assert.deepEqual(await client.execute(Command.refresh, check), { images: [{ image, found: 'changed' }] });
    assert.deepEqual(
      registry.requests.map(({ method }) => method),
      ['HEAD', 'HEAD', 'GET'],
    );
    const { received } = client;
    await received.until('a message', () => received.shown.includes('1 image was checked: 1 moved.'));
    const codes = (await client.diagnostics(POD_URI)).map(({ code }) => code);
    assert.deepEqual(codes, ['moved-tag']);
  });

  it('remove an image', async () => {
    await using bench = await workbench();
    const { client } = bench;
    const { images } = await client.execute<FetchResult>(Command.fetch, fetching(reference()));
    const [image] = images;
    assert(image !== undefined && 'imageId' in image);
    await client.execute(Command.remove, { imageId: image.imageId });
    const { received } = client;
    await received.until('an empty store', () => {
      const last = received.statuses.at(-1);
      return last?.imageCount === 0 && last.busy.length === 0;
    });
  });
});
