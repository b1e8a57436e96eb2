import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/**
 * Sends pieces through streams that inflate; nothing is read ahead of whoever reads this.
 * @throws what the source or a stream throws; the signal's reason
 */
export async function* inflate(
  source: AsyncIterable<Buffer>,
  inflaters: readonly NodeJS.ReadWriteStream[],
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  if (inflaters.length === 0) {
    yield* source;
    return;
  }
  const out = new PassThrough();
  // What fails in it is thrown by `out` too, and when nobody reads on it has to end anyhow.
  pipeline([Readable.from(source), ...inflaters, out], { signal }).catch(() => undefined);
  try {
    for await (const piece of out) yield piece as Buffer;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
