import { LarderError } from '../../domain/errors.ts';
import { createDecompressors, detectCompression, MAGIC_LENGTH } from '../aci/compression.ts';
import { hashFor } from '../registry/digest.ts';
import { storeIo } from '../store/store-error.ts';
import type { FileSystem } from './archive-sink.ts';
import type { ExportableLayer } from './exportable.ts';
import { readStart } from './extent.ts';
import { inflate } from './inflate.ts';
import { readStored, spoiled } from './stored-blob.ts';

/**
 * Inflates a layer piece by piece.
 * @throws LarderError E_STORE_CORRUPT, at its end or before
 */
export async function* inflateStored(
  host: FileSystem,
  layer: ExportableLayer,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const inflaters = createDecompressors(detectCompression(await startOf(host, layer)));
  try {
    yield* inflate(readStored(host, layer, signal), inflaters, signal);
  } catch (error) {
    signal.throwIfAborted();
    // Once it could be inflated: what the inflater says now is the disk's fault.
    throw error instanceof LarderError ? error : spoiled(layer.path);
  }
}

/**
 * The size of an uncompressed layer in bytes: nobody has noted it. All of it is checked on the way.
 * @throws LarderError E_STORE_CORRUPT
 */
export async function inflatedSize(
  host: FileSystem,
  layer: ExportableLayer,
  signal: AbortSignal,
): Promise<number> {
  const hash = hashFor(layer.diffId);
  let size = 0;
  for await (const piece of inflateStored(host, layer, signal)) {
    hash.update(piece);
    size += piece.length;
  }
  if (!layer.diffId.endsWith(`:${hash.digest('hex')}`)) throw spoiled(layer.path);
  return size;
}

async function startOf(host: FileSystem, { path, size }: ExportableLayer): Promise<Buffer> {
  try {
    return await readStart(host, { path, offset: 0, size }, MAGIC_LENGTH);
  } catch (error) {
    return storeIo('read', path, () => Promise.reject(error as Error));
  }
}
