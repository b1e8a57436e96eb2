import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { BlobDownloads } from '../../../server/src/engine/registry/blob-downloads.ts';
import { LAYER, pushBlob, REPOSITORY, withBlob } from './fixture.ts';

const SIZE = 10_000;
const HALF = 5_000;

/** A watch that tells when the first bytes are there, and can stop wanting more. */
function watcher() {
  const controller = new AbortController();
  const started = Promise.withResolvers<undefined>();
  const seen: number[] = [];
  const onBytes = (received: number): void => {
    seen.push(received);
    if (received > 0) started.resolve(undefined);
  };
  return {
    watch: { signal: controller.signal, onBytes },
    started: started.promise,
    seen,
    stop: () => controller.abort(),
  };
}

describe('blob downloads', () => {
  it('asks once however many want the blob, and tells all of its progress', () =>
    withBlob(SIZE, async ({ download, requests }) => {
      const watchers = [watcher(), watcher(), watcher()];
      await Promise.all(watchers.map(({ watch }) => download(watch)));
      assert.deepEqual(requests(), ['GET → 200']);
      for (const { seen } of watchers) assert.equal(seen.at(-1), SIZE);
    }));

  it('asks nothing for a blob that has come meanwhile', () =>
    withBlob(SIZE, async ({ download, requests }) => {
      await download();
      const late = watcher();
      await download(late.watch);
      assert.deepEqual(requests(), ['GET → 200']);
      assert.equal(late.seen.at(-1), SIZE);
    }));

  it('tells who joins late what is there already', () =>
    withBlob(SIZE, async ({ download, registry, blob }) => {
      registry.misbehave(blob.digest, { kind: 'stall', after: HALF });
      const [first, second] = [watcher(), watcher()];
      const running = [download(first.watch)];
      await first.started;
      running.push(download(second.watch));
      assert.equal(second.seen[0], HALF);
      first.stop();
      second.stop();
      await Promise.allSettled(running);
    }));

  it('goes on for the others when one gives up', () =>
    withBlob(SIZE, async ({ download, registry, blob, requests }) => {
      registry.misbehave(blob.digest, { kind: 'drip', size: 1000, delay: 5 });
      const [first, second] = [watcher(), watcher()];
      const [left, stayed] = [download(first.watch), download(second.watch)];
      await first.started;
      first.stop();
      await assert.rejects(left, { code: 'E_CANCELLED' });
      await stayed;
      assert.deepEqual(requests(), ['GET → 200']);
    }));

  it('stops when the last one gives up, and keeps what has come for the next time', () =>
    withBlob(SIZE, async ({ download, registry, blob, bytes, requests, left, store }) => {
      registry.misbehave(blob.digest, { kind: 'stall', after: HALF, times: 1 });
      const [first, second] = [watcher(), watcher()];
      const running = [download(first.watch), download(second.watch)];
      await second.started;
      first.stop();
      second.stop();
      const results = await Promise.allSettled(running);
      for (const result of results) {
        assert.equal(result.status === 'rejected' && (result.reason as { code: string }).code, 'E_CANCELLED');
      }
      assert.deepEqual(await left(), bytes.subarray(0, HALF));

      await download();
      assert.deepEqual(requests(), ['GET → 200', `GET bytes=${HALF}- → 206`]);
      assert.equal(await store.blobs.has(blob.digest), true);
    }));

  it('starts anew for who asks right after the last one has given up', () =>
    withBlob(SIZE, async ({ download, registry, blob, requests }) => {
      registry.misbehave(blob.digest, { kind: 'stall', after: HALF, times: 1 });
      const first = watcher();
      const given = download(first.watch);
      await first.started;
      first.stop();
      await setImmediate();
      const next = download();
      await Promise.all([assert.rejects(given, { code: 'E_CANCELLED' }), next]);
      assert.deepEqual(requests(), ['GET → 200', `GET bytes=${HALF}- → 206`]);
    }));

  it('can be cancelled before it has begun', () =>
    withBlob(SIZE, async ({ download, requests }) => {
      await assert.rejects(download({ signal: AbortSignal.abort() }), { code: 'E_CANCELLED' });
      assert.deepEqual(requests(), []);
    }));

  it('can be cancelled while it waits before the next attempt', () =>
    withBlob(SIZE, async ({ download, registry, blob, requests, host }) => {
      const stop = new AbortController();
      registry.misbehave(blob.digest, { kind: 'status', status: 503 });
      host.clock.sleep = (_, signal) => {
        stop.abort();
        signal?.throwIfAborted();
        return Promise.reject(new Error('the pause was not cancelled'));
      };
      await assert.rejects(download({ signal: stop.signal }), { code: 'E_CANCELLED' });
      assert.deepEqual(requests(), ['GET → 503']);
    }));

  it('downloads so many at once and no more; who waits can give up', () =>
    withBlob(
      SIZE,
      async (fixture) => {
        const { registry, context, store } = fixture;
        const contents = [1, 2, 3].map(() => pushBlob(fixture, randomBytes(SIZE)));
        const repository = { registry: registry.host, repository: REPOSITORY };
        for (const { digest } of contents) registry.misbehave(digest, { kind: 'hang', times: 1 });
        const watchers = contents.map(() => watcher());
        const running = contents.map(({ digest }, at) =>
          context.downloads.get(
            repository,
            { mediaType: LAYER, digest, size: SIZE },
            watchers[at]?.watch ?? assert.fail(),
          ),
        );
        await registry.asked('/blobs/', 2);
        watchers[2]?.stop();
        await assert.rejects(running[2] ?? assert.fail(), { code: 'E_CANCELLED' });
        assert.equal(registry.requests.length, 2);
        for (const { stop } of watchers) stop();
        await Promise.allSettled(running);
        // The slots are free again.
        const [first] = contents;
        assert.ok(first);
        await context.downloads.get(
          repository,
          { mediaType: LAYER, digest: first.digest, size: SIZE },
          watcher().watch,
        );
        assert.equal(await store.blobs.has(first.digest), true);
      },
      { maxDownloads: 2 },
    ));

  it('waits for another process that downloads the blob, and then asks nothing', () =>
    withBlob(SIZE, async ({ download, host, store, context, registry, blob, requests }) => {
      registry.misbehave(blob.digest, { kind: 'drip', size: 1000, delay: 2 });
      const other = new BlobDownloads(host, store, context.registry, 1);
      const repository = { registry: registry.host, repository: REPOSITORY };
      await Promise.all([download(), other.get(repository, blob, watcher().watch)]);
      assert.deepEqual(requests(), ['GET → 200']);
    }));

  it('does not take a failure of another repository for its own', () =>
    withBlob(SIZE, async ({ download, context, registry, blob }) => {
      const repository = { registry: registry.host, repository: 'other/app' };
      const elsewhere = context.downloads.get(repository, blob, watcher().watch);
      // Which of the two comes first is open; the other one fails, or finds the blob there.
      const [, own] = await Promise.allSettled([elsewhere, download()]);
      assert.equal(own.status, 'fulfilled');
    }));
});
