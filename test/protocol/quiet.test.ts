import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Command } from '../../server/src/protocol.ts';
import type { FetchResult, RefreshArguments, RefreshResult } from '../../server/src/protocol.ts';
import { buildImage } from '../helpers/images.ts';
import { startRegistry } from '../helpers/registry.ts';
import type { Registry } from '../helpers/registry.ts';
import { FIRST_IMAGE, podOf, untilHint, workbench } from './fixture.ts';
import type { Workbench } from './fixture.ts';

/** A workspace: as many manifests, as many images in each, and as many different ones in all. */
const [FILES, IMAGES, DISTINCT] = [10, 20, 40];

const app = await buildImage({ layers: [{ files: [{ name: 'app', content: 'the app' }] }] });

describe('registries are left alone', () => {
  let registry: Registry;
  before(async () => {
    registry = await startRegistry();
    for (let n = 0; n < DISTINCT; n++) registry.push(`shop/app${n}`, '1', app);
  });
  after(() => registry.close());

  const image = (index: number): string => `${registry.host}/shop/app${index % DISTINCT}:1`;
  const all = Array.from({ length: FILES * IMAGES }, (_, index) => index);
  const uri = (file: number): string => `file:///shop/pod-${file}.yaml`;

  /** Opens the whole workspace, and asks all that an editor asks about it. */
  async function look({ client }: Workbench): Promise<void> {
    for (let file = 0; file < FILES; file++) {
      const images = all.slice(file * IMAGES, (file + 1) * IMAGES).map(image);
      await client.open(uri(file), podOf(...images));
    }
    for (let file = 0; file < FILES; file++) {
      assert.equal((await client.inlayHints(uri(file))).length, IMAGES);
      await client.diagnostics(uri(file));
      await client.codeLenses(uri(file));
      assert.notEqual(await client.hover(uri(file), FIRST_IMAGE), '');
    }
  }

  it('by whoever opens a workspace of 200 images, before and after these are in the store', async () => {
    await using bench = await workbench();
    await look(bench);
    assert.deepEqual(registry.requests, []);

    const images = all.map((index) => ({ image: image(index), syntax: 'docker', mode: 'default' }));
    const fetched = await bench.client.execute<FetchResult>(Command.fetch, { images });
    assert.ok(fetched.images.every((answer) => 'imageId' in answer));
    await untilHint(bench, uri(0), 'in store, checked just now');
    registry.clearRequests();
    await look(bench);
    assert.deepEqual(registry.requests, []);

    const check: RefreshArguments = {
      images: all.map((index) => ({ image: image(index), syntax: 'docker' })),
    };
    const { images: checked } = await bench.client.execute<RefreshResult>(Command.refresh, check);
    assert.ok(checked.every((answer) => 'found' in answer && answer.found === 'unchanged'));
    const heads = Array.from({ length: DISTINCT }, (_, n) => `HEAD /v2/shop/app${n}/manifests/1 → 200`);
    assert.deepEqual(registry.requestLines.toSorted(), heads.toSorted());
  });

  it('by a check of images that are not in the store, or are named by digest', async () => {
    await using bench = await workbench();
    registry.clearRequests();
    const pinned = `${registry.host}/shop/app0@${app.digest}`;
    const check: RefreshArguments = {
      images: [image(0), pinned].map((text) => ({ image: text, syntax: 'docker' })),
    };
    const { images } = await bench.client.execute<RefreshResult>(Command.refresh, check);
    assert.deepEqual(
      images.map((answer) => 'found' in answer && answer.found),
      ['unknown', 'unknown'],
    );
    assert.deepEqual(registry.requests, []);
  });
});
