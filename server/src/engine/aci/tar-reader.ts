import { badArchive, badEntry } from './archive-error.ts';
import { parsePax } from './pax.ts';
import type { PaxRecords } from './pax.ts';
import { entryOf } from './tar-member.ts';
import type { ByteString, TarEntry } from './tar-entry.ts';
import { BLOCK_SIZE, isZeroBlock, paddedSize, readHeaderBlock } from './tar-header.ts';

/** Largest PAX header or GNU long name: xattrs of one file are at most 64 KiB each on Linux. */
export const METADATA_LIMIT = 1024 * 1024;

/**
 * Lists the members of a tar archive that is pushed in pieces of any size: ustar, PAX (POSIX.1) and GNU long names.
 *
 * Container runtimes read layers with Go's archive/tar, and a layer must mean here what it means there:
 * - two zero blocks end an archive and what follows is not read; so does the end of the data after a whole member, padded or not;
 *   one zero block before something else is an error (GNU tar stops there, others read on);
 * - global PAX headers are skipped over, not applied;
 * - members that are not files have no data, whatever size they claim.
 */
export class TarReader {
  readonly #onEntry: (entry: TarEntry) => void;
  /** Bytes pushed before the current piece. */
  #base = 0;
  /** Bytes of data and padding still to pass over. */
  #skip = 0;
  /** How many of these are padding. */
  #padding = 0;
  /** What is collected next: a header, or the data of the metadata member that the last header announced. */
  #want = BLOCK_SIZE;
  #held: Buffer | undefined;
  #heldLength = 0;
  #metadata: { typeFlag: string; size: number } | undefined;
  /** What metadata members say about the member that follows them. */
  #pax: PaxRecords | undefined;
  #longName: ByteString | undefined;
  #longLink: ByteString | undefined;
  #sawZeroBlock = false;
  #ended = false;

  /** @param onEntry called for each member, in order */
  constructor(onEntry: (entry: TarEntry) => void) {
    this.#onEntry = onEntry;
  }

  /**
   * Reads on.
   * @throws LarderError E_ARCHIVE, E_TOO_LARGE, E_UNSUPPORTED
   */
  push(piece: Buffer): void {
    let at = 0;
    while (at < piece.length && !this.#ended) {
      const left = piece.length - at;
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, left);
        this.#skip -= passed;
        at += passed;
      } else if (this.#held === undefined && left >= this.#want) {
        const start = at;
        at += this.#want;
        this.#take(piece, start, this.#base + at);
      } else {
        at += this.#hold(piece, at);
      }
    }
    this.#base += piece.length;
  }

  /** How many of the bytes to come are data; they count as pushed. For a file, where they need not be read. */
  skipData(): number {
    const skipped = this.#skip;
    this.#base += skipped;
    this.#skip = 0;
    return skipped;
  }

  /**
   * Says that all bytes have been pushed.
   * @throws LarderError E_ARCHIVE when the archive is cut off
   */
  end(): void {
    const inside = this.#skip > this.#padding || this.#heldLength > 0 || this.#metadata !== undefined;
    const announced = this.#pax ?? this.#longName ?? this.#longLink;
    if (!this.#ended && (inside || announced !== undefined)) throw badArchive('it is cut off');
  }

  /** Collects bytes until there are as many as are wanted. Returns how many it took. */
  #hold(piece: Buffer, at: number): number {
    this.#held ??= Buffer.allocUnsafe(this.#want);
    const taken = piece.copy(this.#held, this.#heldLength, at);
    this.#heldLength += taken;
    if (this.#heldLength === this.#want) {
      const held = this.#held;
      this.#held = undefined;
      this.#heldLength = 0;
      this.#take(held, 0, this.#base + at + taken);
    }
    return taken;
  }

  /** @param offset in the archive, of what follows the bytes taken */
  #take(bytes: Buffer, at: number, offset: number): void {
    if (this.#metadata === undefined) {
      this.#takeHeader(bytes, at, offset);
    } else {
      const { typeFlag, size } = this.#metadata;
      this.#metadata = undefined;
      this.#want = BLOCK_SIZE;
      this.#takeMetadata(typeFlag, bytes.subarray(at, at + size));
    }
  }

  #takeHeader(bytes: Buffer, at: number, offset: number): void {
    if (isZeroBlock(bytes, at)) {
      this.#ended = this.#sawZeroBlock;
      this.#sawZeroBlock = true;
      return;
    }
    if (this.#sawZeroBlock) throw badArchive('something follows the zero block that begins its end');

    const block = readHeaderBlock(bytes, at);
    if (METADATA_TYPES.has(block.typeFlag)) {
      if (block.size < 0 || block.size > METADATA_LIMIT) {
        throw badEntry(
          block.name,
          `announces ${block.size} bytes of metadata, and at most ${METADATA_LIMIT} are read`,
        );
      }
      if (block.size === 0) return;
      this.#metadata = { typeFlag: block.typeFlag, size: block.size };
      this.#want = paddedSize(block.size);
      return;
    }
    const entry = entryOf(block, offset, this.#pax, this.#longName, this.#longLink);
    this.#pax = undefined;
    this.#longName = undefined;
    this.#longLink = undefined;
    this.#skip = paddedSize(entry.size);
    this.#padding = this.#skip - entry.size;
    this.#onEntry(entry);
  }

  #takeMetadata(typeFlag: string, data: Buffer): void {
    if (typeFlag === 'x') this.#pax = parsePax(data);
    else if (typeFlag === 'L') this.#longName = cString(data);
    else if (typeFlag === 'K') this.#longLink = cString(data);
  }
}

/** PAX headers for one member and for all that follow; GNU long names and long link names. */
const METADATA_TYPES: ReadonlySet<string> = new Set(['x', 'g', 'L', 'K']);

function cString(data: Buffer): ByteString {
  const end = data.indexOf(0);
  return data.toString('latin1', 0, end < 0 ? data.length : end);
}
