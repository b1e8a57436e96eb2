import { LarderError } from '../../domain/errors.ts';
import { cancelledError } from '../http/network-error.ts';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';

/** Bytes. Larger pieces are no faster, and several are held at a time. */
const PIECE = 256 << 10;

/**
 * Opens a file for `body`, as a stream whose pieces are read when they are asked for.
 * @throws LarderError E_FILE, E_CANCELLED
 */
export async function readPieces<T>(
  { fs }: Pick<Host, 'fs'>,
  path: string,
  signal: AbortSignal,
  body: (pieces: ReadableStream<Uint8Array>) => Promise<T>,
): Promise<T> {
  try {
    await using file = await fs.open(path);
    const pieces = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          signal.throwIfAborted();
          const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE), 0, PIECE);
          if (bytesRead === 0) controller.close();
          else controller.enqueue(buffer.subarray(0, bytesRead));
        },
      },
      { highWaterMark: 0 },
    );
    return await body(pieces);
  } catch (error) {
    if (signal.aborted) throw cancelledError(`check the signature of ${path}`, signal);
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw new LarderError(
      'E_FILE',
      `Larder could not check the signature of ${path}, because the file could not be read (${code}); check the disk and try again.`,
      error,
    );
  }
}
