import type { Host } from '../host.ts';

/** A run of bytes in a file. */
export interface Extent {
  readonly path: string;
  /** Bytes before it. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

const PIECE = 1 << 20;

/**
 * Reads an extent piece by piece; fewer bytes than it has when the file has become shorter.
 * @throws NodeJS.ErrnoException; the signal's reason
 */
export async function* readExtent(
  { fs }: Pick<Host, 'fs'>,
  { path, offset, size }: Extent,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  await using file = await fs.open(path);
  for (let done = 0; done < size;) {
    signal.throwIfAborted();
    // A new one each time: whoever reads may still be writing the last.
    const piece = Buffer.allocUnsafe(Math.min(PIECE, size - done));
    const { bytesRead } = await file.read(piece, 0, piece.length, offset + done);
    if (bytesRead === 0) return;
    done += bytesRead;
    yield piece.subarray(0, bytesRead);
  }
}

/** The first bytes of an extent, as many as there are. */
export async function readStart(
  { fs }: Pick<Host, 'fs'>,
  { path, offset, size }: Extent,
  length: number,
): Promise<Buffer> {
  await using file = await fs.open(path);
  const wanted = Math.min(size, length);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
  return buffer.subarray(0, bytesRead);
}
