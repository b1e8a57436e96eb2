import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { LarderError } from '../../domain/errors.ts';
import { badArchive } from './archive-error.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarReader } from './tar-reader.ts';

/** Largest manifest that is read, in bytes; real ones have a few thousand. */
export const MANIFEST_LIMIT = 4 * 1024 * 1024;

const PIECE = 64 * 1024;

/**
 * Reads the image manifest out of an uncompressed ACI. It comes first in Larder's own; in others the headers before it are
 * passed over, and the data between them is not read.
 * @param path of the ACI
 * @returns its JSON text
 * @throws LarderError E_ARCHIVE when the file is no ACI; E_TOO_LARGE
 */
export async function readManifest(path: string): Promise<string> {
  const file = await open(path);
  try {
    const entry = await findManifest(file);
    if (entry.size > MANIFEST_LIMIT) {
      throw new LarderError(
        'E_TOO_LARGE',
        `The image ${path} was refused because its manifest has ${entry.size} bytes, and at most ${MANIFEST_LIMIT} are read.`,
      );
    }
    const { buffer, bytesRead } = await file.read(Buffer.alloc(entry.size), 0, entry.size, entry.offset);
    if (bytesRead < entry.size) throw badArchive('it is cut off');
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}

async function findManifest(file: FileHandle): Promise<TarEntry> {
  let found: TarEntry | undefined;
  const reader = new TarReader((entry) => {
    if (/^(?:\.?\/)*manifest$/.test(entry.name)) found ??= entry;
  });
  const piece = Buffer.alloc(PIECE);
  for (let at = 0; found === undefined;) {
    const { bytesRead } = await file.read(piece, 0, PIECE, at);
    if (bytesRead === 0) break;
    reader.push(piece.subarray(0, bytesRead));
    at += bytesRead + reader.skipData();
  }
  if (found?.type === 'file') return found;
  throw badArchive('it has no file "manifest", so it is no ACI');
}
