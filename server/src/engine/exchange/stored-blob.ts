import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import type { Descriptor } from '../registry/descriptor.ts';
import { hashFor } from '../registry/digest.ts';
import { errnoOf, storeIo } from '../store/store-error.ts';
import { readExtent } from './extent.ts';

/** A file of the store that is kept under the digest of its bytes. */
export interface StoredBlob extends Pick<Descriptor, 'digest' | 'size'> {
  readonly path: string;
}

/**
 * Reads a blob, and compares it with its digest on the way: a disk may have spoiled it since it was stored.
 * @throws LarderError E_STORE_CORRUPT after its last byte; E_NOT_FOUND, E_STORE_IO; the signal's reason
 */
export async function* readStored(
  host: Pick<Host, 'fs'>,
  { path, digest, size }: StoredBlob,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const hash = hashFor(digest);
  try {
    for await (const piece of readExtent(host, { path, offset: 0, size }, signal)) {
      hash.update(piece);
      yield piece;
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw gone(path, error);
    await storeIo('read', path, () => Promise.reject(error as Error));
  }
  if (!digest.endsWith(`:${hash.digest('hex')}`)) throw spoiled(path);
}

function gone(path: string, cause: unknown): LarderError {
  return new LarderError(
    'E_NOT_FOUND',
    `${path} is no longer in the store, so nothing was exported; fetch its image again with --force-fetch --no-cache.`,
    cause,
  );
}

export function spoiled(path: string): LarderError {
  return new LarderError(
    'E_STORE_CORRUPT',
    `${path} is damaged, so nothing was exported; remove it, and fetch its image again with --force-fetch --no-cache.`,
  );
}
