import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { readPieces } from '../../../server/src/engine/trust/read-pieces.ts';
import { withDirectory } from '../store/fixture.ts';

const CONTENT = randomBytes(1_000_000);

/** The real file system, which counts the bytes it reads from files. */
function countingFs(): { readonly fs: typeof fs; readonly count: () => number } {
  let bytes = 0;
  const open = async (path: string): Promise<fs.FileHandle> => {
    const handle = await fs.open(path);
    const read = handle.read.bind(handle) as (...args: unknown[]) => Promise<{ bytesRead: number }>;
    const counted = async (...args: unknown[]): Promise<unknown> => {
      const result = await read(...args);
      bytes += result.bytesRead;
      return result;
    };
    return Object.assign(handle, { read: counted as typeof handle.read });
  };
  return { fs: { ...fs, open: open as typeof fs.open }, count: () => bytes };
}

const withFile = (body: (path: string) => Promise<void>): Promise<void> =>
  withDirectory(async (directory) => {
    const path = join(directory, 'file');
    await fs.writeFile(path, CONTENT);
    await body(path);
  });

describe('readPieces', () => {
  const { signal } = new AbortController();

  it('gives the whole file', () =>
    withFile(async (path) => {
      assert.ok(CONTENT.equals(await readPieces({ fs }, path, signal, (stream) => buffer(stream))));
    }));

  it('reads no more than was asked for: memory does not grow with the file', () =>
    withFile(async (path) => {
      const { fs: counting, count } = countingFs();
      await readPieces({ fs: counting }, path, signal, async (stream) => {
        const reader = stream.getReader();
        assert.equal(count(), 0);
        const { value } = await reader.read();
        assert.equal(count(), value?.length);
        assert.ok(count() <= 1 << 18);
      });
    }));

  it('stops when it is told to', () =>
    withFile(async (path) => {
      const controller = new AbortController();
      const reading = readPieces({ fs }, path, controller.signal, async (stream) => {
        controller.abort();
        await buffer(stream);
      });
      await assert.rejects(reading, { code: 'E_CANCELLED' });
    }));

  it('says that a file cannot be read, and leaves what the body throws alone', () =>
    withFile(async (path) => {
      const nothing = (): Promise<void> => Promise.resolve();
      await assert.rejects(readPieces({ fs }, `${path}.gone`, signal, nothing), {
        code: 'E_FILE',
        message: /\(ENOENT\)/,
      });
      const thrown = new Error('mine');
      await assert.rejects(
        readPieces({ fs }, path, signal, () => Promise.reject(thrown)),
        thrown,
      );
    }));
});
