import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withBlob } from './fixture.ts';

const SIZE = 10_000;
const HALF = 5_000;

describe('a blob download that an earlier run has left', () => {
  it('goes on where it was left, and counts what was there', () =>
    withBlob(SIZE, async ({ download, leave, bytes, blob, registry, requests, store }) => {
      await leave(bytes.subarray(0, HALF), `"${blob.digest}"`);
      const seen: number[] = [];
      await download({ onBytes: (received) => seen.push(received) });
      assert.deepEqual(requests(), [`GET bytes=${HALF}- → 206`]);
      assert.equal(registry.requests[0]?.headers['if-range'], `"${blob.digest}"`);
      assert.deepEqual(await store.blobs.read(blob.digest, SIZE), bytes);
      assert.equal(
        seen.find((received) => received > 0),
        HALF,
      );
    }));

  it('goes on without a validator too: the digest of the whole is checked', () =>
    withBlob(SIZE, async ({ download, leave, bytes, registry, requests }) => {
      await leave(bytes.subarray(0, HALF), null);
      await download();
      assert.deepEqual(requests(), [`GET bytes=${HALF}- → 206`]);
      assert.equal(registry.requests[0]?.headers['if-range'], undefined);
    }));

  it('begins again within one answer when the validator no longer fits', () =>
    withBlob(SIZE, async ({ download, leave, bytes, blob, requests, store }) => {
      await leave(Buffer.alloc(HALF, 'old'), '"old"');
      await download();
      assert.deepEqual(requests(), [`GET bytes=${HALF}- → 200`]);
      assert.deepEqual(await store.blobs.read(blob.digest, SIZE), bytes);
    }));

  it('begins again when the range is ignored', () =>
    withBlob(SIZE, async ({ download, leave, bytes, blob, registry, requests, store }) => {
      registry.misbehave(blob.digest, { kind: 'ignore-range' });
      await leave(bytes.subarray(0, HALF), null);
      await download();
      assert.deepEqual(requests(), [`GET bytes=${HALF}- → 200`]);
      assert.deepEqual(await store.blobs.read(blob.digest, SIZE), bytes);
    }));

  for (const forged of [
    `bytes ${HALF - 1}-${SIZE - 1}/${SIZE}`,
    `bytes ${HALF}-${SIZE - 2}/${SIZE}`,
    `bytes ${HALF}-${SIZE - 1}/${SIZE + 1}`,
    `bytes 0-${SIZE - 1}/${SIZE}`,
    'nonsense',
    null,
  ]) {
    it(`asks for the whole after a 206 with Content-Range ${forged ?? 'missing'}`, () =>
      withBlob(SIZE, async ({ download, leave, bytes, blob, registry, requests, store }) => {
        registry.misbehave(blob.digest, { kind: 'headers', headers: { 'content-range': forged }, times: 1 });
        await leave(bytes.subarray(0, HALF), null);
        await download();
        assert.deepEqual(requests(), [`GET bytes=${HALF}- → 206`, 'GET → 200']);
        assert.deepEqual(await store.blobs.read(blob.digest, SIZE), bytes);
      }));
  }

  it('refuses a 206 that nobody asked for', () =>
    withBlob(SIZE, async ({ download, blob, registry, requests }) => {
      registry.misbehave(blob.digest, { kind: 'status', status: 206, body: 'part' });
      await assert.rejects(download(), { code: 'E_RANGE' });
      assert.deepEqual(requests(), ['GET → 206']);
    }));

  it('asks for the whole after 416', () =>
    withBlob(SIZE, async ({ download, leave, bytes, blob, registry, requests }) => {
      registry.misbehave(blob.digest, { kind: 'status', status: 416, times: 1 });
      await leave(bytes.subarray(0, HALF), null);
      await download();
      assert.deepEqual(requests(), [`GET bytes=${HALF}- → 416`, 'GET → 200']);
    }));

  it('begins once more when the parts do not fit together', () =>
    withBlob(SIZE, async ({ download, leave, bytes, blob, requests, store }) => {
      await leave(Buffer.alloc(HALF, 'wrong'), null);
      await download();
      assert.deepEqual(requests(), [`GET bytes=${HALF}- → 206`, 'GET → 200']);
      assert.deepEqual(await store.blobs.read(blob.digest, SIZE), bytes);
    }));

  it('gives up when the whole is wrong as well', () =>
    withBlob(SIZE, async ({ download, leave, blob, registry, requests, left }) => {
      registry.misbehave(blob.digest, { kind: 'body', bytes: Buffer.alloc(SIZE, 'x') });
      registry.misbehave(blob.digest, { kind: 'ignore-range' });
      await leave(Buffer.alloc(SIZE, 'y'), null);
      await assert.rejects(download(), { code: 'E_DIGEST' });
      assert.deepEqual(requests(), ['GET → 200']);
      assert.equal((await left()).length, 0);
    }));

  it('asks nothing when everything was there', () =>
    withBlob(SIZE, async ({ download, leave, bytes, requests, store, blob }) => {
      await leave(bytes, null);
      await download();
      assert.deepEqual(requests(), []);
      assert.equal(await store.blobs.has(blob.digest), true);
    }));

  it('begins again when more was there than the blob has', () =>
    withBlob(SIZE, async ({ download, leave, bytes, requests }) => {
      await leave(Buffer.concat([bytes, bytes]), null);
      await download();
      assert.deepEqual(requests(), ['GET → 200']);
    }));

  it('remembers strong validators only', () =>
    withBlob(SIZE, async ({ download, blob, registry, requests }) => {
      registry.misbehave(blob.digest, { kind: 'headers', headers: { etag: 'W/"weak"' } });
      registry.misbehave(blob.digest, { kind: 'cut', after: HALF, times: 1 });
      await download();
      assert.equal(requests().length, 2);
      assert.equal(registry.requests[1]?.headers['if-range'], undefined);
    }));

  it('starts over when the validator changes between two answers', () =>
    withBlob(SIZE, async ({ download, blob, registry, store }) => {
      registry.misbehave(blob.digest, { kind: 'headers', headers: { etag: '"another"' }, times: 1 });
      registry.misbehave(blob.digest, { kind: 'cut', after: HALF, times: 1 });
      await download();
      assert.deepEqual(
        registry.requests.map(({ status, headers }) => [status, headers['if-range']]),
        [
          [200, undefined],
          [200, '"another"'],
        ],
      );
      assert.equal(await store.blobs.has(blob.digest), true);
    }));
});
