import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { checkLayerType, createDecompressors, detectCompression, MAGIC_LENGTH } from './compression.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarReader } from './tar-reader.ts';
import { startWriting } from './write-all.ts';

/** One layer of an image, as its manifest and configuration name it, and where its bytes are. */
export interface LayerInput {
  /** The blob's file; its own digest has been verified. */
  readonly path: string;
  readonly mediaType: string;
  /** Digest of the blob. */
  readonly digest: string;
  /** Digest of the uncompressed archive (OCI image-spec, config.md, `rootfs.diff_ids`). */
  readonly diffId: string | undefined;
}

export interface ScannedLayer {
  /** Path of the uncompressed archive: the blob itself, or the spool. */
  readonly archive: string;
  readonly entries: TarEntry[];
}

/** Bounds on what one layer may inflate to; all sizes in bytes. */
export interface LayerLimits {
  /** Of the uncompressed archive. */
  readonly size: number;
  /** Uncompressed to compressed. gzip cannot do more than 1,032; whole images stay far below 100. */
  readonly ratio: number;
  /** Up to this size the ratio does not matter: a file of zeros is no bomb. */
  readonly freeSize: number;
  /** Of names, link targets and PAX records together, with a fixed part for each entry. */
  readonly listing: number;
}

const MIB = 1024 * 1024;
export const LAYER_LIMITS: LayerLimits = {
  size: 65_536 * MIB,
  ratio: 200,
  freeSize: 1024 * MIB,
  listing: 256 * MIB,
};

/**
 * Inflates a layer, checks it, and lists what is in it. Memory does not grow with the layer's size, only with the number of
 * its entries.
 * @param spool where the uncompressed archive is written, unless the layer is not compressed
 * @throws LarderError E_DIGEST when the content is not what the configuration says; E_DECOMPRESS, E_TOO_LARGE, E_ARCHIVE,
 *   E_UNSUPPORTED
 */
export async function scanLayer(
  layer: LayerInput,
  spool: string,
  limits: LayerLimits = LAYER_LIMITS,
): Promise<ScannedLayer> {
  checkLayerType(layer.mediaType, layer.digest);
  const { start, size } = await peek(layer.path);
  const decompressors = createDecompressors(detectCompression(start));
  const scan = new Scan(layer, size, limits);
  const file = decompressors.length === 0 ? undefined : await open(spool, 'w', 0o600);
  try {
    await pipeline([createReadStream(layer.path), ...decompressors, sinkOf(scan, file)]);
  } catch (error) {
    throw isZlibError(error) ? undecompressable(layer, error) : error;
  } finally {
    await file?.close();
  }
  return { archive: file === undefined ? layer.path : spool, entries: scan.end() };
}

function sinkOf(scan: Scan, file: FileHandle | undefined): Writable {
  let position = 0;
  const take = async (piece: Buffer): Promise<void> => {
    const writing = file === undefined ? undefined : startWriting(file, piece, position);
    position += piece.length;
    // The disk works while this thread hashes.
    scan.push(piece);
    await writing;
  };
  return new Writable({
    write(piece: Buffer, _encoding, done) {
      take(piece).then(() => {
        done();
      }, done);
    },
  });
}

async function peek(path: string): Promise<{ start: Buffer; size: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(MAGIC_LENGTH), 0, MAGIC_LENGTH, 0);
    return { start: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

/** Hashes and lists an archive that goes by in pieces, within limits. */
class Scan {
  readonly #layer: LayerInput;
  readonly #limits: LayerLimits;
  readonly #compressedSize: number;
  readonly #algorithm: string;
  readonly #hash: Hash;
  readonly #entries: TarEntry[] = [];
  readonly #reader = new TarReader((entry) => {
    this.#add(entry);
  });
  #size = 0;
  #listing = 0;

  constructor(layer: LayerInput, compressedSize: number, limits: LayerLimits) {
    this.#layer = layer;
    this.#compressedSize = compressedSize;
    this.#limits = limits;
    this.#algorithm = algorithmOf(layer);
    this.#hash = createHash(this.#algorithm);
  }

  push(piece: Buffer): void {
    this.#size += piece.length;
    const { size, ratio, freeSize } = this.#limits;
    if (this.#size > size) throw this.#tooLarge(`inflates to more than ${size} bytes`);
    if (this.#size > freeSize && this.#size > ratio * this.#compressedSize) {
      throw undecompressable(this.#layer, undefined, `it inflates to more than ${ratio} times its size`);
    }
    this.#hash.update(piece);
    this.#reader.push(piece);
  }

  end(): TarEntry[] {
    const digest = `${this.#algorithm}:${this.#hash.digest('hex')}`;
    const { diffId } = this.#layer;
    if (diffId !== undefined && digest !== diffId) {
      throw new LarderError(
        'E_DIGEST',
        `The content of layer ${this.#layer.digest} has the digest ${digest}, but the image's configuration says ${diffId}; ` +
          'the image is broken or was tampered with, so get it from its publisher again.',
      );
    }
    this.#reader.end();
    return this.#entries;
  }

  #add(entry: TarEntry): void {
    const pax = entry.pax.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    this.#listing += ENTRY_COST + entry.name.length + entry.linkName.length + pax;
    if (this.#listing > this.#limits.listing)
      throw this.#tooLarge('has more entries than Larder can hold in memory');
    this.#entries.push(entry);
  }

  #tooLarge(what: string): LarderError {
    return new LarderError('E_TOO_LARGE', `The layer ${this.#layer.digest} was refused because it ${what}.`);
  }
}

/** The registered algorithms of OCI's digests (image-spec, descriptor.md). */
function algorithmOf({ diffId, digest }: LayerInput): 'sha256' | 'sha512' {
  const algorithm = diffId?.split(':')[0] ?? 'sha256';
  if (algorithm === 'sha256' || algorithm === 'sha512') return algorithm;
  throw new LarderError(
    'E_UNSUPPORTED',
    `The image's configuration names the content of layer ${digest} by ${quote(diffId ?? '')}, and Larder can check sha256 and sha512 only.`,
  );
}

/** Memory of an entry beside its strings, roughly. */
const ENTRY_COST = 256;

function isZlibError(error: unknown): boolean {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return code !== undefined && /^(?:Z_|ZSTD_|ERR_ZSTD|ERR_TRAILING_JUNK)/.test(code);
}

function undecompressable(layer: LayerInput, cause: unknown, why?: string): LarderError {
  const reason = why ?? (cause instanceof Error ? cause.message : String(cause));
  return new LarderError('E_DECOMPRESS', `The layer ${layer.digest} cannot be inflated: ${reason}.`, cause);
}
