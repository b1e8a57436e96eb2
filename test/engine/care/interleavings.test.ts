import fc from 'fast-check';
import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { describe, it } from 'node:test';
import { removeImage } from '../../../server/src/engine/care/remove-image.ts';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { imagesOfPod } from '../../../server/src/domain/pod/prepared-pod.ts';
import { Preparation } from '../../../server/src/engine/prepare/prepare.ts';
import type { Trees } from '../../../server/src/engine/render/trees.ts';
import { Verification } from '../../../server/src/engine/store/verify.ts';
import { AMD64 } from '../engine-fixture.ts';
import { NEVER, withCare } from './fixture.ts';
import type { Care } from './fixture.ts';

/** Removes what it can of the store's images, as somebody else would. */
async function removeUnused({ store, pods }: Care): Promise<void> {
  for (const { imageId } of store.view().images()) {
    await removeImage(store, pods, imageId, false).catch((error: unknown) => {
      // A pod uses it, or somebody else was faster.
      if (!(error instanceof LarderError) || !['E_IN_USE', 'E_NOT_FOUND'].includes(error.code)) throw error;
    });
  }
}

/** All that prepared pods use is there and whole, and so is all else. */
async function assertSound({ store, pods, trees, layout }: Care): Promise<void> {
  await store.refresh();
  const images = store.view().images();
  for (const pod of await pods.list()) {
    for (const id of imagesOfPod(pod)) assert.ok(images.some(({ imageId }) => imageId === id));
    for (const { tree } of pod.apps) assert.deepEqual(await trees.verify(tree, NEVER), []);
  }
  const verification = new Verification({ fs }, layout, NEVER);
  for await (const { state, why } of verification.images(images)) assert.equal(state, 'ok', why ?? '');
  for await (const { state, why } of verification.blobs(images)) assert.equal(state, 'ok', why ?? '');
}

describe('a pod that is prepared while somebody cleans the store', () => {
  for (const [what, clean] of [
    ['its images are removed', removeUnused],
    ['all garbage is collected', ({ gc }: Care): Promise<unknown> => gc()],
  ] as const) {
    it(`begins anew when ${what} before it is rendered`, () =>
      withCare(async (care) => {
        const { host, store, engine, trees, pods, image, registry } = care;
        let cleaned = 0;
        const watched: Pick<Trees, 'ensure' | 'has'> = {
          has: (key) => trees.has(key),
          ensure: async (images, watch) => {
            if (cleaned++ === 0) await clean(care);
            return trees.ensure(images, watch);
          },
        };
        const preparation = new Preparation(host, store, engine, watched, pods);
        const wanted = {
          ...{ name: 'web', image: image('shop/web:1'), noCache: false },
          modes: ['default' as const],
        };
        const request = {
          source: { kind: 'images' },
          from: 'web',
          images: [wanted],
          platform: AMD64,
        } as const;
        const { uuid } = await preparation.prepare(request, { signal: NEVER, onProgress: () => undefined });
        assert.deepEqual(
          (await pods.list()).map((pod) => pod.uuid),
          [uuid],
        );
        assert.equal(cleaned, 2);
        assert.ok(registry.requests.filter(({ path }) => path.endsWith('/manifests/1')).length >= 2);
        await assertSound(care);
      }));
  }

  it('says so when it never comes to an end', () =>
    withCare(async (care) => {
      const { host, store, engine, trees, pods, image } = care;
      const ensure: Trees['ensure'] = async (images, watch) => {
        await removeUnused(care);
        return trees.ensure(images, watch);
      };
      const preparation = new Preparation(
        host,
        store,
        engine,
        { ensure, has: (key) => trees.has(key) },
        pods,
      );
      const wanted = {
        ...{ name: 'web', image: image('shop/web:1'), noCache: false },
        modes: ['default' as const],
      };
      await assert.rejects(
        preparation.prepare(
          { source: { kind: 'images' }, from: 'web', images: [wanted], platform: AMD64 },
          { signal: NEVER, onProgress: () => undefined },
        ),
        (error) => error instanceof LarderError && error.code === 'E_STORE_LOCKED',
      );
      assert.deepEqual(await pods.list(), []);
    }));

  it('keeps what it needs, whatever the order', () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), (scheduler) =>
        withCare(async (care) => {
          const { prepare, gc, pods } = care;
          const begin = scheduler.scheduleFunction((name: string) => Promise.resolve(name));
          const reported: string[] = [];
          const attempt = (which: string): Promise<void> =>
            begin(which).then(async () => {
              // One whose images went again and again says so.
              const prepared = await prepare(which).catch((error: unknown) => {
                if (error instanceof LarderError && error.code === 'E_STORE_LOCKED') return undefined;
                throw error;
              });
              if (prepared !== undefined) reported.push(prepared.uuid);
            });
          const all = Promise.all([
            attempt('web'),
            attempt('api'),
            begin('gc').then(() => gc()),
            begin('rm').then(() => removeUnused(care)),
          ]);
          await scheduler.waitFor(all);
          const there = (await pods.list()).map(({ uuid }) => uuid);
          assert.deepEqual(there.toSorted(), reported.toSorted());
          await assertSound(care);
        }),
      ),
      { numRuns: 8 },
    ));
});
