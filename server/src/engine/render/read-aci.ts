import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { LarderError } from '../../domain/errors.ts';
import type { TarEntry } from '../aci/tar-entry.ts';
import { TarReader } from '../aci/tar-reader.ts';
import type { RenderImage } from './render-image.ts';

const PIECE = 1024 * 1024;

/**
 * Reads all of a stored ACI: checks that it is the image, and tells of its entries.
 * @throws LarderError E_DIGEST when it is damaged; E_ARCHIVE, E_TOO_LARGE, E_UNSUPPORTED; the signal's reason
 */
export async function readAci(
  file: FileHandle,
  { imageId, aci }: Pick<RenderImage, 'imageId' | 'aci'>,
  onEntry: (entry: TarEntry) => void,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha512');
  const reader = new TarReader(onEntry);
  const piece = Buffer.allocUnsafe(PIECE);
  let fault: unknown;
  for (let at = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(piece, 0, PIECE, at);
    if (bytesRead === 0) break;
    const bytes = piece.subarray(0, bytesRead);
    hash.update(bytes);
    at += bytesRead;
    try {
      if (fault === undefined) reader.push(bytes);
    } catch (error) {
      // Of a damaged copy it would say nothing about the image.
      fault = error;
    }
  }
  const actual = `sha512-${hash.digest('hex')}`;
  if (actual !== imageId) {
    throw new LarderError(
      'E_DIGEST',
      `The stored image ${aci} is damaged: it has the digest ${actual}; remove it with larder image rm and fetch it again.`,
    );
  }
  if (fault !== undefined) throw fault as Error;
  reader.end();
}
