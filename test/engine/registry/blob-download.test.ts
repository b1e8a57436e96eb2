import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withBlob } from './fixture.ts';

const SIZE = 10_000;

describe('a blob download', () => {
  it('asks once and stores the blob', () =>
    withBlob(SIZE, async ({ download, requests, store, blob, bytes, left }) => {
      const seen: number[] = [];
      await download({ onBytes: (received) => seen.push(received) });
      assert.deepEqual(requests(), ['GET → 200']);
      assert.deepEqual(await store.blobs.read(blob.digest, SIZE), bytes);
      assert.equal(seen.at(-1), SIZE);
      assert.equal((await left()).length, 0);
    }));

  it('asks nothing for an empty blob, whose bytes are known', () =>
    withBlob(0, async ({ download, requests, store, blob }) => {
      await download();
      assert.deepEqual(requests(), []);
      assert.equal(await store.blobs.has(blob.digest), true);
    }));

  it('takes a body without a length', () =>
    withBlob(SIZE, async ({ download, registry, store, blob, bytes }) => {
      registry.misbehave(blob.digest, { kind: 'headers', headers: { 'content-length': null } });
      await download();
      assert.deepEqual(await store.blobs.read(blob.digest, SIZE), bytes);
    }));

  it('takes a body that drips', () =>
    withBlob(50, async ({ download, registry, store, blob }) => {
      registry.misbehave(blob.digest, { kind: 'drip', size: 10, delay: 1 });
      await download();
      assert.equal(await store.blobs.has(blob.digest), true);
    }));

  it('checks a sha512 digest as well', () =>
    withBlob(SIZE, async ({ context, registry, store }) => {
      const digest = `sha512:${'0'.repeat(128)}`;
      registry.push('team/app', undefined, {
        digest,
        manifests: [],
        blobs: [{ digest, mediaType: 'application/octet-stream', bytes: Buffer.from('hello') }],
      });
      const repository = { registry: registry.host, repository: 'team/app' };
      const watch = { signal: new AbortController().signal, onBytes: () => undefined };
      const blob = { mediaType: 'application/octet-stream', digest, size: 5 };
      await assert.rejects(context.downloads.get(repository, blob, watch), { code: 'E_DIGEST' });
      assert.equal(await store.blobs.has(digest), false);
    }));

  for (const [what, extra] of [
    ['more', Buffer.alloc(1)],
    ['much more', Buffer.alloc(1 << 20)],
  ] as const) {
    it(`stops at the size of the manifest when ${what} comes, and keeps nothing`, () =>
      withBlob(SIZE, async ({ download, registry, blob, bytes, requests, left }) => {
        registry.misbehave(blob.digest, { kind: 'headers', headers: { 'content-length': null } });
        registry.misbehave(blob.digest, { kind: 'body', bytes: Buffer.concat([bytes, extra]) });
        await assert.rejects(download(), {
          code: 'E_SIZE',
          message: /its manifest gives it 10000 bytes, and .* sends more/,
        });
        assert.deepEqual(requests(), ['GET → 200']);
        assert.equal((await left()).length, 0);
      }));
  }

  for (const length of [SIZE - 1, SIZE + 1]) {
    it(`refuses a Content-Length of ${length} for ${SIZE} bytes`, () =>
      withBlob(SIZE, async ({ download, registry, blob, requests }) => {
        registry.misbehave(blob.digest, {
          kind: 'headers',
          headers: { 'content-length': String(length) },
        });
        await assert.rejects(download(), { code: 'E_SIZE' });
        assert.deepEqual(requests(), ['GET → 200']);
      }));
  }

  it('fails on other bytes of the same size at once, and keeps nothing', () =>
    withBlob(SIZE, async ({ download, registry, blob, requests, left, store }) => {
      registry.misbehave(blob.digest, { kind: 'body', bytes: Buffer.alloc(SIZE, 'x') });
      await assert.rejects(download(), { code: 'E_DIGEST' });
      assert.deepEqual(requests(), ['GET → 200']);
      assert.equal((await left()).length, 0);
      assert.equal(await store.blobs.has(blob.digest), false);
    }));

  it('says what a registry without the blob said', () =>
    withBlob(SIZE, async ({ download, registry, blob }) => {
      registry.misbehave(blob.digest, {
        kind: 'status',
        status: 404,
        body: '{"errors":[{"code":"BLOB_UNKNOWN","message":"gone \\u001b[31m"}]}',
      });
      await assert.rejects(download(), (error: Error) => {
        const short = blob.digest.slice(0, 19);
        assert.equal(
          error.message,
          `Larder could not download the blob ${short} of ${registry.host}/team/app: ${registry.host} answered 404 Not Found ` +
            '(BLOB_UNKNOWN: "gone \\u{1b}[31m"); check that it exists and is spelled like this.',
        );
        return true;
      });
    }));
});
