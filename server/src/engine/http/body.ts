import { LarderError } from '../../domain/errors.ts';
import type { Body } from './message.ts';
import { networkError } from './network-error.ts';
import type { Errand } from './network-error.ts';

/**
 * Reads a whole body, and fails when it is longer than the limit: half a document would be worse than none.
 * @param limit bytes
 * @throws LarderError E_TOO_LARGE, or what {@link networkError} makes of a body that breaks off
 */
export async function readBody(body: Body, limit: number, errand: Errand): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      // Leaving the loop destroys the body, and with it the connection.
      if (size > limit) throw tooLarge(limit, errand);
      chunks.push(chunk);
    }
  } catch (error) {
    throw networkError(error, errand);
  }
  return Buffer.concat(chunks, size);
}

/** Lets go of a body that nobody wants, so that its connection can be used again. */
export function discard(body: Body): void {
  // A body that fails while it is thrown away is gone as well.
  body.dump().catch(() => undefined);
}

/** Ends a body that nobody wants and that may be long, together with its connection. */
export function abandon(body: Body): void {
  // Without a listener the error that this is to the stream would end the process.
  body.on('error', () => undefined).destroy();
}

/**
 * Hands on a body piece by piece. Iteration would not do: when the connection breaks, it loses what has come and was not read
 * yet. For the same reason the call must follow the answer at once.
 * @param take may return a promise, and then gets the next piece when that resolves
 * @throws what `take` throws, or the body's own error
 */
export function receiveBody(body: Body, take: (piece: Buffer) => Promise<void> | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    body.once('end', resolve).once('error', reject);
    const fail = (error: unknown): void => void body.destroy(error as Error);
    body.on('data', (piece: Buffer) => {
      try {
        const busy = take(piece);
        if (busy === undefined) return;
        body.pause();
        busy.then(() => body.resume(), fail);
      } catch (error) {
        fail(error);
      }
    });
  });
}

function tooLarge(limit: number, { url, doing }: Errand): LarderError {
  const why = `${url.host} sent more than ${limit} bytes, which is the limit for it`;
  return new LarderError(
    'E_TOO_LARGE',
    `Larder could not ${doing}: ${why}; check that it is the server you meant.`,
  );
}
