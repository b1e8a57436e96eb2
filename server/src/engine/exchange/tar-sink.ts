import { byteString } from '../aci/tar-entry.ts';
import { paddedSize } from '../aci/tar-header.ts';
import { END_OF_ARCHIVE, formatHeader } from '../aci/tar-writer.ts';
import type { ArchiveSink, WriteBytes } from './archive-sink.ts';

/** Writes files into a tar archive: the same files always give the same bytes. */
export class TarSink implements ArchiveSink {
  readonly #write: WriteBytes;

  constructor(write: WriteBytes) {
    this.#write = write;
  }

  async add(name: string, size: number, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    await this.#write(formatHeader({ ...HEADER, name: byteString(name), size }));
    let written = 0;
    for await (const piece of content) {
      written += piece.length;
      await this.#write(piece);
    }
    // Whatever follows would be read from the wrong place.
    if (written !== size) throw new Error(`${name} has ${written} bytes instead of ${size}`);
    await this.#write(END_OF_ARCHIVE.subarray(0, paddedSize(size) - size));
  }

  async end(): Promise<void> {
    await this.#write(END_OF_ARCHIVE);
  }
}

const HEADER = {
  type: 'file',
  linkName: '',
  mode: 0o644,
  uid: 0,
  gid: 0,
  userName: '',
  groupName: '',
  mtime: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  pax: [],
} as const;
