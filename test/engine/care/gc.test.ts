import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { diskUse } from '../../../server/src/engine/care/disk-use.ts';
import type { GcReport } from '../../../server/src/engine/care/gc.ts';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { buildAci } from '../../helpers/aci.ts';
import { importImage, sha256, sha512 } from '../store/fixture.ts';
import { API, fileOf, filesOf, HOUR, withCare, WEB } from './fixture.ts';

const idsOf = ({ removed }: GcReport, kind: string): string[] =>
  removed
    .filter((one) => one.kind === kind)
    .map(({ id }) => id)
    .sort();

describe('garbage', () => {
  it('is every image and all that was pulled for it, when nobody needs anything', () =>
    withCare(async ({ fetch, gc, store, blobs, layout }) => {
      const { imageId } = await fetch('shop/web:1', 'default');
      const report = await gc();
      assert.deepEqual(idsOf(report, 'image'), [imageId]);
      assert.deepEqual(idsOf(report, 'blob').map(fileOf), filesOf(WEB).sort());
      assert.equal(store.view().imageCount, 0);
      assert.deepEqual([await blobs(), await readdir(layout.manifests)], [[], []]);
      const bytes = report.removed.reduce((sum, one) => sum + one.bytes, 0);
      assert.deepEqual([report.bytes, report.isGetting, report.dryRun], [bytes, false, false]);
      assert.ok(bytes > 0);
    }));

  it('is told without being removed by a dry run', () =>
    withCare(async ({ fetch, gc, store, blobs, prepare, pods, trees }) => {
      const { uuid } = await prepare('web');
      await fetch('shop/api:1', 'default');
      await pods.remove(uuid, store);
      const before = await blobs();
      const told = await gc({ dryRun: true });
      assert.deepEqual([await blobs(), store.view().imageCount, (await trees.list()).length], [before, 2, 1]);
      const done = await gc();
      assert.deepEqual(told, { ...done, dryRun: true });
      assert.deepEqual([await blobs(), await trees.list()], [[], []]);
    }));

  it('is told with what the disk gets back', () =>
    withCare(async ({ fetch, gc, store, prepare, pods, host }) => {
      const { uuid } = await prepare('web');
      await fetch('shop/api:1', 'default');
      await pods.remove(uuid, store);
      const used = async (): Promise<number> => {
        const { images, blobs, trees } = await diskUse(host.fs, store.root);
        return images.bytes + blobs.bytes + trees.bytes;
      };
      const before = await used();
      const { bytes } = await gc();
      assert.equal(bytes, before - (await used()));
      assert.ok(bytes > 0);
    }));

  it('stays when it is cancelled', () =>
    withCare(async ({ fetch, gc, store }) => {
      await fetch('shop/web:1', 'default');
      const cancelled = new LarderError('E_CANCELLED', 'It was cancelled.');
      await assert.rejects(gc({}, AbortSignal.abort(cancelled)), { code: 'E_CANCELLED' });
      assert.equal(store.view().imageCount, 1);
    }));

  it('is not what a prepared pod uses, nor the layers that it shares with others', () =>
    withCare(async ({ fetch, gc, prepare, trees, blobs, store, pods }) => {
      const { uuid } = await prepare('web');
      const { imageId: api } = await fetch('shop/api:1', 'default');
      const report = await gc();
      assert.deepEqual(idsOf(report, 'image'), [api]);
      const own = filesOf(API).filter((file) => !filesOf(WEB).includes(file));
      assert.deepEqual(idsOf(report, 'blob').map(fileOf), own.sort());
      const left = await blobs();
      assert.ok(filesOf(WEB).every((file) => left.includes(file)));
      assert.equal((await trees.list()).length, 1);
      await pods.remove(uuid, store);
      assert.equal(idsOf(await gc(), 'tree').length, 1);
    }));

  it('is nothing that was used within the grace period, to the hour', () =>
    withCare(async ({ fetch, gc, host }) => {
      const { imageId } = await fetch('shop/web:1', 'default');
      host.now += 24 * HOUR + 60_000;
      // When it was used is noted once an hour, so it may have been used an hour later.
      assert.deepEqual(idsOf(await gc({ gracePeriod: 24 * HOUR }), 'image'), []);
      host.now += HOUR;
      const report = await gc({ gracePeriod: 24 * HOUR });
      assert.deepEqual(idsOf(report, 'image'), [imageId]);
      assert.equal(idsOf(report, 'blob').length, filesOf(WEB).length);
    }));

  it('is not what manifests name, nor what that depends on', () =>
    withCare(async ({ gc, get, store, directory, parse, fetch }) => {
      const base = buildAci({ name: 'example.com/base' });
      const dependencies = [{ imageName: 'example.com/base', imageID: base.imageId }];
      const top = buildAci({ name: 'example.com/top', dependencies });
      for (const [file, { bytes }] of [
        ['base.aci', base],
        ['top.aci', top],
      ] as const)
        await writeFile(join(directory, file), bytes);
      await get('./base.aci', 'default');
      const { imageId } = await get('./top.aci', 'default');
      await fetch('shop/web:1', 'default');
      const report = await gc({ keep: [parse('example.com/top'), parse('docker://not/there')] });
      assert.deepEqual(idsOf(report, 'image').length, 1);
      const left = store
        .view()
        .images()
        .map((image) => image.imageId);
      assert.deepEqual(left.sort(), [base.imageId, imageId].sort());
    }));

  it('is what interrupted removals and pulls have left', () =>
    withCare(async ({ gc, layout, host, writeOld, store }) => {
      const [old, young] = [host.now - 2 * HOUR, host.now];
      await writeOld(layout.image(sha512('left')), 'left', old);
      await writeOld(layout.blob(sha256('layer')), 'layer', old);
      await writeOld(layout.blob(sha256('new layer')), 'new layer', young);
      await writeOld(join(layout.partial, fileOf(sha256('part')), 'data'), 'pa', old);
      await writeOld(join(layout.partial, fileOf(sha256('new part')), 'data'), 'new', young);
      const open = await store.blobs.partial(sha256('open'));
      const report = await gc({ gracePeriod: HOUR });
      assert.deepEqual(idsOf(report, 'blob'), [sha256('layer'), sha512('left').replace('-', ':')].sort());
      assert.deepEqual(idsOf(report, 'download'), [fileOf(sha256('part'))]);
      assert.equal(report.bytes, 'left'.length + 'layer'.length + 'pa'.length);
      const all = await gc();
      assert.deepEqual(idsOf(all, 'download'), [fileOf(sha256('new part'))]);
      await open.append(Buffer.from('still open'));
      await open.close();
    }));

  it('leaves the blobs of registries alone while somebody gets an image', () =>
    withCare(async ({ gc, store, fetch, blobs }) => {
      await fetch('shop/web:1', 'default');
      await store.whileGetting('another', undefined, async () => {
        const report = await gc();
        assert.equal(report.isGetting, true);
        assert.equal(idsOf(report, 'image').length, 1);
        assert.deepEqual(await blobs(), filesOf(WEB).sort());
      });
      assert.equal((await gc()).isGetting, false);
      assert.deepEqual(await blobs(), []);
    }));

  it('is not guessed at when nobody knows what a pod uses', () =>
    withCare(async ({ gc, prepare, fetch, store }) => {
      const { path } = await prepare('web');
      await fetch('shop/api:1', 'default');
      await writeFile(join(path, 'pod.json'), 'cut');
      await assert.rejects(gc(), (error) => error instanceof LarderError && error.code === 'E_STORE_CORRUPT');
      assert.equal(store.view().imageCount, 2);
    }));

  it('is not guessed at when nobody knows what an image depends on', () =>
    withCare(async ({ gc, prepare, layout, store }) => {
      await prepare('web');
      const [image] = store.view().images();
      await writeFile(layout.manifest(image?.imageId ?? ''), 'cut');
      await assert.rejects(gc(), /nobody knows what it depends on; repair the store with/);
    }));

  it('keeps an image that was used while it was judged', () =>
    withCare(async ({ store, host }) => {
      const imageId = await importImage(store, 'an image');
      const since = host.now;
      host.now += 3 * HOUR;
      await store.touch([imageId]);
      assert.deepEqual(await store.upkeep.removeImages([imageId], since + HOUR), []);
      assert.deepEqual(await store.upkeep.removeImages([imageId], host.now + 1), [imageId]);
    }));
});
