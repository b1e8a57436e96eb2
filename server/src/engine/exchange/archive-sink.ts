import type { Host } from '../host.ts';

/** Where the files of an image that is exported go. */
export interface ArchiveSink {
  /**
   * Adds a file.
   * @param name with slashes, relative
   * @param size of the content in bytes, which must be as many
   */
  add(name: string, size: number, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void>;
  /** Says that there are no more. */
  end(): Promise<void>;
}

/** Takes bytes; resolves when there is room for more. */
export type WriteBytes = (bytes: Uint8Array) => Promise<void>;

export type FileSystem = Pick<Host, 'fs'>;

export function addText(sink: ArchiveSink, name: string, text: string): Promise<void> {
  const bytes = Buffer.from(text);
  return sink.add(name, bytes.length, [bytes]);
}
