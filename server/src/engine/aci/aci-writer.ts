import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { aciMembers, manifestHeader } from './aci-layout.ts';
import { badArchive } from './archive-error.ts';
import type { Directory } from './file-tree.ts';
import { paddedSize } from './tar-header.ts';
import { END_OF_ARCHIVE, formatHeader } from './tar-writer.ts';
import { startWriting } from './write-all.ts';

export interface WrittenAci {
  /** `sha512-` and 128 hex digits, of the bytes written. */
  readonly imageId: string;
  readonly size: number;
}

/**
 * Writes an uncompressed ACI: `manifest`, then the tree below `rootfs/` (appc/spec, aci.md, "Image Archives"). The same
 * manifest and tree always give the same bytes. Nothing is synced.
 *
 * Blocks its thread while it reads, so it belongs into a worker.
 * @param out path of the file to write
 * @param manifest JSON text
 * @param archives for each layer, the descriptor of its uncompressed archive
 */
export async function writeAci(
  out: string,
  manifest: string,
  root: Directory,
  archives: readonly number[],
): Promise<WrittenAci> {
  const file = await open(out, 'w', 0o600);
  try {
    const sink = new HashingSink(file);
    const json = Buffer.from(manifest);
    await sink.write(formatHeader(manifestHeader(json.length)));
    await sink.write(json);
    await sink.pad(json.length);
    for (const { header, data } of aciMembers(root)) {
      await sink.write(formatHeader(header));
      if (data === undefined) continue;
      const archive = archives[data.layer];
      if (archive === undefined) throw new Error(`layer ${data.layer} has no archive`);
      await sink.copy(archive, data.entry.offset, header.size);
      await sink.pad(header.size);
    }
    await sink.write(END_OF_ARCHIVE);
    return await sink.end();
  } finally {
    await file.close();
  }
}

const BUFFER_SIZE = 1024 * 1024;

/** Gathers bytes into large buffers; while one is being written, it is hashed and the other one filled. */
class HashingSink {
  readonly #file: FileHandle;
  readonly #hash = createHash('sha512');
  #filling = Buffer.allocUnsafe(BUFFER_SIZE);
  #spare = Buffer.allocUnsafe(BUFFER_SIZE);
  #used = 0;
  #size = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const copied = bytes.copy(this.#filling, this.#used, at);
      at += copied;
      await this.#advance(copied);
    }
  }

  /** Copies `length` bytes at `offset` of the file behind a descriptor. */
  async copy(descriptor: number, offset: number, length: number): Promise<void> {
    for (let done = 0; done < length;) {
      const room = Math.min(BUFFER_SIZE - this.#used, length - done);
      const read = readSync(descriptor, this.#filling, this.#used, room, offset + done);
      if (read === 0) throw badArchive('it became shorter while it was converted');
      done += read;
      await this.#advance(read);
    }
  }

  /** Fills up to a whole block after `length` bytes of data. */
  async pad(length: number): Promise<void> {
    await this.write(END_OF_ARCHIVE.subarray(0, paddedSize(length) - length));
  }

  async end(): Promise<WrittenAci> {
    await this.#flush();
    await this.#writing;
    return { imageId: `sha512-${this.#hash.digest('hex')}`, size: this.#size };
  }

  async #advance(bytes: number): Promise<void> {
    this.#used += bytes;
    if (this.#used === BUFFER_SIZE) await this.#flush();
  }

  async #flush(): Promise<void> {
    const full = this.#filling.subarray(0, this.#used);
    await this.#writing;
    this.#writing = startWriting(this.#file, full, this.#size);
    this.#hash.update(full);
    this.#size += full.length;
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
    this.#used = 0;
  }
}
