import { Transform } from 'node:stream';
import type { TransformCallback } from 'node:stream';

/** RFC 8878 §3.1.1 and §3.1.2. */
export const ZSTD_MAGIC = 0xfd2fb528;

/** Whether a number is one of the sixteen magic numbers of skippable frames. */
export function isSkippableMagic(magic: number): boolean {
  return (magic & 0xfffffff0) >>> 0 === 0x184d2a50;
}

/** Bytes of a dictionary ID and of a content size, by their flags (RFC 8878 §3.1.1.1.1). */
const DICTIONARY_ID_SIZES = [0, 1, 2, 4];
const CONTENT_SIZE_SIZES = [0, 2, 4, 8];
const RLE_BLOCK = 1;

type Part = 'magic' | 'skippable size' | 'descriptor' | 'block header' | 'anything';

const PART_SIZE: Readonly<Record<Part, number>> = {
  magic: 4,
  'skippable size': 4,
  descriptor: 1,
  'block header': 3,
  anything: Infinity,
};

/**
 * Cuts zstd data so that no piece goes on after the end of a frame. Node's decompressor reads one frame after the other, but
 * takes what is left of a piece at the end of a frame for garbage and ends there; and layers of many frames are common
 * (podman's zstd:chunked, pzstd). What is not zstd passes uncut, for the decompressor to refuse.
 */
export class ZstdFrames extends Transform {
  #part: Part = 'magic';
  /** Bytes of the current part that are there. */
  readonly #head = Buffer.alloc(4);
  #headLength = 0;
  /** Bytes to pass over before the next part. */
  #skip = 0;
  #hasChecksum = false;

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    let start = 0;
    for (let at = 0; at < piece.length;) {
      at += this.#advance(piece, at);
      if (this.#part === 'magic' && this.#headLength === 0 && this.#skip === 0) {
        this.push(piece.subarray(start, at));
        start = at;
      }
    }
    if (start < piece.length) this.push(piece.subarray(start));
    done();
  }

  /** Goes on to the end of what is skipped or of the current part. Returns how many bytes that took. */
  #advance(piece: Buffer, at: number): number {
    const left = piece.length - at;
    if (this.#part === 'anything') return left;
    if (this.#skip > 0) {
      const passed = Math.min(this.#skip, left);
      this.#skip -= passed;
      return passed;
    }
    const size = PART_SIZE[this.#part];
    const taken = piece.copy(this.#head, this.#headLength, at, at + size - this.#headLength);
    this.#headLength += taken;
    if (this.#headLength === size) {
      this.#headLength = 0;
      this.#understand();
    }
    return taken;
  }

  /** Decides what comes after the part that has been read. */
  #understand(): void {
    switch (this.#part) {
      case 'magic': {
        const magic = this.#head.readUInt32LE();
        if (magic === ZSTD_MAGIC) this.#part = 'descriptor';
        else this.#part = isSkippableMagic(magic) ? 'skippable size' : 'anything';
        break;
      }
      case 'skippable size':
        this.#next('magic', this.#head.readUInt32LE());
        break;
      case 'descriptor': {
        const descriptor = this.#head.readUInt8();
        const isSingleSegment = (descriptor & 0x20) !== 0;
        const contentSizeFlag = descriptor >> 6;
        const contentSize =
          contentSizeFlag === 0 && isSingleSegment ? 1 : (CONTENT_SIZE_SIZES[contentSizeFlag] ?? 0);
        this.#hasChecksum = (descriptor & 0x04) !== 0;
        const windowSize = isSingleSegment ? 0 : 1;
        this.#next('block header', windowSize + (DICTIONARY_ID_SIZES[descriptor & 0x03] ?? 0) + contentSize);
        break;
      }
      case 'block header': {
        const header = this.#head.readUIntLE(0, 3);
        const size = ((header >> 1) & 0x03) === RLE_BLOCK ? 1 : header >> 3;
        const isLast = (header & 0x01) !== 0;
        this.#next(isLast ? 'magic' : 'block header', size + (isLast && this.#hasChecksum ? 4 : 0));
        break;
      }
      case 'anything':
        break;
    }
  }

  #next(part: Part, skip: number): void {
    this.#part = part;
    this.#skip = skip;
  }
}
