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

function tooLarge(limit: number, { url, doing }: Errand): LarderError {
  const why = `${url.host} sent more than ${limit} bytes, which is the limit for it`;
  return new LarderError(
    'E_TOO_LARGE',
    `Larder could not ${doing}: ${why}; check that it is the server you meant.`,
  );
}
