import { dirname, join } from 'node:path';
import { syncFile } from '../store/durable.ts';
import type { ArchiveSink, FileSystem } from './archive-sink.ts';

/** Writes files into a directory that is there. */
export class DirectorySink implements ArchiveSink {
  readonly #host: FileSystem;
  readonly #root: string;

  constructor(host: FileSystem, root: string) {
    this.#host = host;
    this.#root = root;
  }

  async add(name: string, size: number, content: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
    const { fs } = this.#host;
    const path = join(this.#root, name);
    await fs.mkdir(dirname(path), { recursive: true });
    await fs.writeFile(path, content, { flag: 'wx' });
    await syncFile(this.#host, path);
    const written = (await fs.stat(path)).size;
    if (written !== size) throw new Error(`${name} has ${written} bytes instead of ${size}`);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}
