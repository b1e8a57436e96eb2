import assert from 'node:assert/strict';
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { buildImage } from '../../helpers/images.ts';
import { buildAci } from '../../helpers/aci.ts';
import { sha512 } from '../store/fixture.ts';
import { NEVER, withCare, WEB } from './fixture.ts';

const NEWER = await buildImage({ layers: [{ files: [{ name: 'web', content: 'newer' }] }] });

/** What was done to what: `removed image`. */
const deeds = (steps: readonly { done: string; kind: string }[]): string[] =>
  steps.map(({ done, kind }) => `${done} ${kind}`);

describe('the repair of a store', () => {
  it('finds nothing to do where nothing is wrong', () =>
    withCare(async ({ prepare, repair }) => {
      await prepare('web');
      const { verified, steps } = await repair();
      assert.deepEqual(steps, []);
      // The ACI, its manifest, four blobs and the tree.
      assert.equal(verified, 2 + WEB.blobs.length + WEB.manifests.length + 1);
    }));

  it('removes an image that is damaged, says how to get it again, and names the pods that lack it', () =>
    withCare(async ({ prepare, repair, layout, store, registry, fetch }) => {
      const { uuid } = await prepare('web');
      const [image] = store.view().images();
      const imageId = image?.imageId ?? '';
      await appendFile(layout.image(imageId), 'x');
      const { steps } = await repair();
      assert.deepEqual(deeds(steps), ['removed image', 'reported pod']);
      const reference = `docker://${registry.host}/shop/web:1`;
      assert.equal(steps[0]?.next, `fetch it again: larder fetch --force-fetch ${reference}`);
      assert.equal(steps[1]?.why, `lacks the image ${imageId}`);
      assert.equal(steps[1].next, `prepare it again, from web, and remove it: larder pod rm ${uuid}`);
      assert.equal(store.view().imageCount, 0);
      assert.deepEqual(await fetch('shop/web:1', 'default'), { imageId, outcome: 'fetched' });
      assert.deepEqual((await repair()).steps, []);
    }));

  it('removes the row of an image that is not there', () =>
    withCare(async ({ fetch, repair, layout, store }) => {
      const { imageId } = await fetch('shop/web:1', 'default');
      await rm(layout.image(imageId));
      const { steps } = await repair();
      assert.deepEqual(
        steps.map(({ kind, id, why, done }) => [kind, id, why, done]),
        [['image', imageId, 'is not there', 'removed']],
      );
      assert.equal(store.view().imageCount, 0);
    }));

  it('removes blobs that are damaged, so that the next pull gets them', () =>
    withCare(async ({ fetch, repair, layout, registry }) => {
      await fetch('shop/web:1', 'default');
      const layer = WEB.layers[0]?.digest ?? '';
      await writeFile(layout.blob(layer), 'another');
      assert.deepEqual(deeds((await repair()).steps), ['removed blob']);
      registry.clearRequests();
      await fetch('shop/api:1', 'default');
      assert.ok(registry.requests.some(({ path }) => path.endsWith(layer)));
    }));

  it('writes manifests anew from their ACIs', () =>
    withCare(async ({ fetch, repair, layout }) => {
      const { imageId } = await fetch('shop/web:1', 'default');
      const path = layout.manifest(imageId);
      const whole = await readFile(path, 'utf8');
      for (const damage of [(): Promise<void> => rm(path), (): Promise<void> => writeFile(path, '{}')]) {
        await damage();
        assert.deepEqual(deeds((await repair()).steps), ['rewritten manifest']);
        assert.equal(await readFile(path, 'utf8'), whole);
      }
    }));

  it('gives ACIs their rows back, and what they came from', () =>
    withCare(async ({ fetch, repair, layout, store, record, registry }) => {
      const { imageId } = await fetch('shop/web:1', 'default');
      const aci = await readFile(layout.image(imageId));
      await store.removeImage(imageId);
      await writeFile(layout.image(imageId), aci);
      const { steps } = await repair();
      assert.deepEqual(deeds(steps), ['restored image']);
      assert.equal(record(`docker://${registry.host}/shop/web:1`)?.image.imageId, imageId);
    }));

  it('leaves what a URL leads to by now, when an older image comes back', () =>
    withCare(async ({ fetch, repair, layout, store, record, registry }) => {
      const { imageId } = await fetch('shop/web:1', 'default');
      const aci = await readFile(layout.image(imageId));
      await store.removeImage(imageId);
      registry.push('shop/web', '1', NEWER);
      const now = await fetch('shop/web:1', 'remote');
      await writeFile(layout.image(imageId), aci);
      assert.deepEqual(deeds((await repair()).steps), ['restored image']);
      assert.equal(store.view().imageCount, 2);
      assert.equal(record(`docker://${registry.host}/shop/web:1`)?.image.imageId, now.imageId);
    }));

  it('leaves alone what only has the name of an image', () =>
    withCare(async ({ repair, layout, store }) => {
      const path = layout.blob(sha512('a layer').replace('-', ':'));
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'a layer');
      assert.deepEqual((await repair()).steps, []);
      assert.equal(await readFile(path, 'utf8'), 'a layer');
      assert.equal(store.view().imageCount, 0);
    }));

  it('removes manifests of images that are not there', () =>
    withCare(async ({ repair, layout }) => {
      const { imageId, manifest } = buildAci();
      await writeFile(layout.manifest(imageId), manifest);
      assert.deepEqual(deeds((await repair()).steps), ['removed manifest']);
      assert.deepEqual((await repair()).steps, []);
    }));

  it('removes trees that are not as they were rendered, and the next pod has a whole one', () =>
    withCare(async ({ prepare, repair, trees }) => {
      const { uuid } = await prepare('web');
      const [tree] = await trees.list();
      await writeFile(join(tree?.path ?? '', 'rootfs/web'), 'another');
      const { steps } = await repair();
      assert.deepEqual(deeds(steps), ['removed tree', 'reported pod']);
      assert.deepEqual([steps[1]?.id, steps[1]?.why], [uuid, 'lacks the tree of web']);
      await prepare('web');
      assert.deepEqual(await trees.verify(tree?.key ?? '', NEVER), []);
    }));

  it('names a pod that cannot be read', () =>
    withCare(async ({ prepare, repair }) => {
      const { uuid, path } = await prepare('web');
      await writeFile(join(path, 'pod.json'), 'cut');
      const { steps } = await repair();
      assert.deepEqual(
        steps.map(({ kind, id, why, done, next }) => [kind, id, why, done, next]),
        [['pod', uuid, 'cannot be read', 'reported', `remove it: larder pod rm ${uuid}`]],
      );
    }));
});
