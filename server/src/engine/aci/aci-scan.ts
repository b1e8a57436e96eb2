import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { LarderError } from '../../domain/errors.ts';
import { ACI_MAGIC_LENGTH, createInflaters, detectAciCompression } from './aci-compression.ts';
import { MANIFEST_LIMIT } from './aci-reader.ts';
import { badArchive } from './archive-error.ts';
import { LAYER_LIMITS } from './layer-scan.ts';
import type { TarEntry } from './tar-entry.ts';
import { TarReader } from './tar-reader.ts';
import { startWriting } from './write-all.ts';

export interface AciInput {
  /** Path of the ACI as it was published, compressed or not. */
  readonly file: string;
  /** Path of the file to write: the uncompressed ACI. It is not synced. */
  readonly out: string;
}

export interface ScannedAci {
  /** SHA-512 of the uncompressed ACI (appc/spec, aci.md, "Image ID"). */
  readonly imageId: string;
  /** Of the uncompressed ACI, in bytes. */
  readonly size: number;
  /** The image manifest, JSON text that nobody has looked at. */
  readonly manifest: string;
}

/** Bounds on what an ACI may inflate to. */
export type AciLimits = Pick<typeof LAYER_LIMITS, 'size' | 'ratio' | 'freeSize'>;

/**
 * Inflates an ACI and checks that it is one: a sound tar archive with a `manifest` and a `rootfs`. Memory does not grow with
 * its size.
 * @throws LarderError E_DECOMPRESS, E_TOO_LARGE, E_ARCHIVE, E_UNSUPPORTED; a system error of either file
 */
export async function scanAci(
  { file, out }: AciInput,
  limits: AciLimits = LAYER_LIMITS,
): Promise<ScannedAci> {
  const { start, size } = await peek(file);
  const inflaters = createInflaters(detectAciCompression(start));
  const spool = await open(out, 'w+', 0o600);
  try {
    const scan = new AciScan(spool, size, limits);
    await pipeline([createReadStream(file), ...inflaters, sinkOf(scan)]);
    return await scan.end();
  } catch (error) {
    throw inflaters.length > 0 && isOfInflater(error) ? undecompressable(error) : error;
  } finally {
    await spool.close();
  }
}

function sinkOf(scan: AciScan): Writable {
  return new Writable({
    write(piece: Buffer, _encoding, done) {
      scan.push(piece).then(() => done(), done);
    },
  });
}

/** Hashes, checks and writes an archive that goes by in pieces. */
class AciScan {
  readonly #spool: FileHandle;
  readonly #compressedSize: number;
  readonly #limits: AciLimits;
  readonly #hash = createHash('sha512');
  readonly #reader = new TarReader((entry) => {
    this.#see(entry);
  });
  #size = 0;
  #manifest: TarEntry | undefined;
  #hasRootfs = false;

  constructor(spool: FileHandle, compressedSize: number, limits: AciLimits) {
    this.#spool = spool;
    this.#compressedSize = compressedSize;
    this.#limits = limits;
  }

  async push(piece: Buffer): Promise<void> {
    const writing = startWriting(this.#spool, piece, this.#size);
    this.#size += piece.length;
    this.#checkSize();
    // The disk works while this thread hashes.
    this.#hash.update(piece);
    this.#reader.push(piece);
    await writing;
  }

  async end(): Promise<ScannedAci> {
    this.#reader.end();
    const manifest = this.#manifest;
    if (manifest?.type !== 'file') throw badArchive('it has no file "manifest", so it is no ACI');
    if (!this.#hasRootfs) throw badArchive('it has no directory "rootfs", so it is no ACI');
    if (manifest.size > MANIFEST_LIMIT) {
      throw tooLarge(`its manifest has ${manifest.size} bytes, and at most ${MANIFEST_LIMIT} are read`);
    }
    const { buffer } = await this.#spool.read(Buffer.alloc(manifest.size), 0, manifest.size, manifest.offset);
    return {
      imageId: `sha512-${this.#hash.digest('hex')}`,
      size: this.#size,
      manifest: buffer.toString('utf8'),
    };
  }

  #see(entry: TarEntry): void {
    const name = entry.name.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
    // The first of several, as all that read from the front see it.
    if (name === 'manifest') this.#manifest ??= entry;
    else if (name.startsWith('rootfs/') || (name === 'rootfs' && entry.type === 'directory'))
      this.#hasRootfs = true;
  }

  #checkSize(): void {
    const { size, ratio, freeSize } = this.#limits;
    if (this.#size > size) throw tooLarge(`it inflates to more than ${size} bytes`);
    if (this.#size > freeSize && this.#size > ratio * this.#compressedSize) {
      throw tooLarge(`it inflates to more than ${ratio} times its size`);
    }
  }
}

async function peek(path: string): Promise<{ start: Buffer; size: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ACI_MAGIC_LENGTH), 0, ACI_MAGIC_LENGTH, 0);
    return { start: buffer.subarray(0, bytesRead), size };
  } finally {
    await file.close();
  }
}

/** Neither ours nor the file system's. The inflaters have no errors of a type of their own. */
function isOfInflater(error: unknown): boolean {
  return !(error instanceof LarderError) && !(error instanceof Error && 'syscall' in error);
}

function undecompressable(cause: unknown): LarderError {
  return new LarderError(
    'E_DECOMPRESS',
    'The archive cannot be inflated, because it is cut off or broken; ask its publisher for another build.',
    cause,
  );
}

function tooLarge(why: string): LarderError {
  return new LarderError('E_TOO_LARGE', `The archive was refused because ${why}.`);
}
