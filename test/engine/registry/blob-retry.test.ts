import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { NOW } from '../../helpers/records.ts';
import { withBlob } from './fixture.ts';

const SIZE = 10_000;
const HALF = 5_000;
const MIB = 1 << 20;

describe('a blob download over a bad connection', () => {
  it('goes on after a cut, from the byte where it was', () =>
    withBlob(SIZE, async ({ download, registry, blob, bytes, requests, store, host }) => {
      registry.misbehave(blob.digest, { kind: 'cut', after: HALF, times: 1 });
      await download();
      assert.deepEqual(requests(), ['GET → 200', `GET bytes=${HALF}- → 206`]);
      assert.equal(registry.requests[1]?.bytesSent, SIZE - HALF);
      assert.deepEqual(await store.blobs.read(blob.digest, SIZE), bytes);
      assert.deepEqual(host.sleeps, [375]);
    }));

  it('goes on after a stall', () =>
    withBlob(
      SIZE,
      async ({ download, registry, blob, requests }) => {
        registry.misbehave(blob.digest, { kind: 'stall', after: HALF, times: 1 });
        await download();
        assert.deepEqual(requests(), ['GET → 200', `GET bytes=${HALF}- → 206`]);
      },
      { stallTimeout: 50 },
    ));

  it('asks again a server that took the request and never answered', () =>
    withBlob(
      SIZE,
      async ({ download, registry, blob, requests }) => {
        registry.misbehave(blob.digest, { kind: 'hang', times: 1 });
        await download();
        assert.deepEqual(requests(), ['GET → 0', 'GET → 200']);
      },
      { stallTimeout: 50 },
    ));

  it('gives up after five attempts that brought nothing, and names the cause', () =>
    withBlob(SIZE, async ({ download, registry, blob, requests, host, left }) => {
      registry.misbehave(blob.digest, { kind: 'reset' });
      await assert.rejects(download(), {
        code: 'E_OFFLINE',
        message: /127\.0\.0\.1:\d+ broke the connection \(UND_ERR_SOCKET\); try again/,
      });
      assert.deepEqual(
        requests(),
        Array.from({ length: 5 }, () => 'GET → 0'),
      );
      assert.deepEqual(host.sleeps, [375, 750, 1500, 3000]);
      assert.equal((await left()).length, 0);
    }));

  it('keeps what has come when it gives up', () =>
    withBlob(SIZE, async ({ download, registry, blob, bytes, left }) => {
      registry.misbehave(blob.digest, { kind: 'cut', after: HALF, times: 1 });
      registry.misbehave(blob.digest, { kind: 'cut', after: 0 });
      await assert.rejects(download(), { code: 'E_OFFLINE' });
      assert.deepEqual(await left(), bytes.subarray(0, HALF));
    }));

  it('goes on as often as it takes while a mebibyte comes each time', () =>
    withBlob(8 * MIB, async ({ download, registry, blob, store, requests }) => {
      registry.misbehave(blob.digest, { kind: 'cut', after: MIB + 1 });
      await download();
      assert.equal(requests().length, 8);
      assert.equal(await store.blobs.has(blob.digest), true);
    }));

  it('gives up on a server that always breaks off and does not go on', () =>
    withBlob(4 * MIB, async ({ download, registry, blob, requests }) => {
      registry.misbehave(blob.digest, { kind: 'ignore-range' });
      registry.misbehave(blob.digest, { kind: 'cut', after: 2 * MIB });
      await assert.rejects(download(), { code: 'E_OFFLINE' });
      assert.equal(requests().length, 5);
    }));

  it('gives up on a body that ends early and says it is whole', () =>
    withBlob(SIZE, async ({ download, registry, blob, bytes, requests }) => {
      registry.misbehave(blob.digest, { kind: 'headers', headers: { 'content-length': null } });
      registry.misbehave(blob.digest, { kind: 'ignore-range' });
      registry.misbehave(blob.digest, { kind: 'body', bytes: bytes.subarray(0, HALF) });
      await assert.rejects(download(), { code: 'E_PROTOCOL', message: /ended after 5000 of 10000 bytes/ });
      assert.equal(requests().length, 5);
    }));

  it('asks again after 500, each time later', () =>
    withBlob(SIZE, async ({ download, registry, blob, requests, host }) => {
      registry.misbehave(blob.digest, { kind: 'status', status: 500, times: 3 });
      await download();
      assert.deepEqual(requests(), ['GET → 500', 'GET → 500', 'GET → 500', 'GET → 200']);
      assert.deepEqual(host.sleeps, [375, 750, 1500]);
    }));

  for (const [what, value] of [
    ['seconds', '7'],
    ['a date', new Date(NOW + 7000).toUTCString()],
  ] as const) {
    it(`waits as long as a 429 asks for in ${what}`, () =>
      withBlob(SIZE, async ({ download, registry, blob, requests, host }) => {
        const headers = { 'retry-after': value };
        registry.misbehave(blob.digest, { kind: 'status', status: 429, headers, times: 1 });
        await download();
        assert.deepEqual(requests(), ['GET → 429', 'GET → 200']);
        assert.deepEqual(host.sleeps, [7000]);
      }));
  }

  it('does not wait for hours, but says until when', () =>
    withBlob(SIZE, async ({ download, registry, blob, requests, host }) => {
      const headers = { 'retry-after': '3600' };
      registry.misbehave(blob.digest, { kind: 'status', status: 429, headers });
      await assert.rejects(download(), {
        code: 'E_RATE_LIMIT',
        message: /answered 429 Too Many Requests; try again after 2026-01-15T13:00:00\.000Z\./,
      });
      assert.deepEqual(requests(), ['GET → 429']);
      assert.deepEqual(host.sleeps, []);
    }));

  it('follows a redirect to where the registry keeps its blobs, without the token', () =>
    withBlob(SIZE, async ({ download, registry, blob, requests }) => {
      registry.requireToken();
      // Another host name for the same server: another origin.
      const to = `http://localhost:${registry.host.split(':')[1] ?? ''}/v2/other/blobs/x`;
      registry.misbehave(blob.digest, { kind: 'redirect', to });
      await assert.rejects(download(), { code: 'E_AUTH_REQUIRED' });
      assert.deepEqual(requests(), ['GET → 307', 'GET /v2/other/blobs/x → 401']);
      assert.deepEqual(
        registry.requests.map(({ headers }) => headers.authorization),
        [undefined, undefined],
      );
    }));
});
