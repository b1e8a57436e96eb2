import { Duplex } from 'node:stream';
import unbzip2 from 'unbzip2-stream';
import xz from 'xz-decompress';
import { createDecompressors, detectCompression } from './compression.ts';
import type { Compression } from './compression.ts';

/** Bytes that tell the compression of an ACI. */
export const ACI_MAGIC_LENGTH = 6;

const XZ_MAGIC = Buffer.from('fd377a585a00', 'hex');

/** Which compression an ACI has by its first bytes (appc/spec, aci.md, "Image Archives": gzip, bzip2, xz or none; and zstd). */
export function detectAciCompression(start: Buffer): Compression | 'bzip2' | 'xz' {
  if (start.subarray(0, XZ_MAGIC.length).equals(XZ_MAGIC)) return 'xz';
  if (/^BZh[1-9]/.test(start.toString('latin1'))) return 'bzip2';
  return detectCompression(start);
}

/**
 * The streams that inflate, in order; none for what is not compressed.
 * @throws LarderError E_UNSUPPORTED when this Node has no zstd
 */
export function createInflaters(
  compression: ReturnType<typeof detectAciCompression>,
): NodeJS.ReadWriteStream[] {
  switch (compression) {
    case 'xz':
      return [Duplex.from(unxz)];
    case 'bzip2':
      // It would destroy itself at its end, before a pipeline has seen the end.
      return [Object.assign(unbzip2(), { autoDestroy: false })];
    default:
      return createDecompressors(compression);
  }
}

async function* unxz(pieces: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  yield* new xz.XzReadableStream(ReadableStream.from(pieces));
}
