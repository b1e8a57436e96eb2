import { join } from 'node:path';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';
import type { Extent } from './extent.ts';
import type { Members } from './members.ts';

/** The files of a directory. Only those are asked for whose names are fixed or made of a checked digest. */
export class LayoutMembers implements Members {
  readonly #host: Pick<Host, 'fs'>;
  readonly #root: string;

  constructor(host: Pick<Host, 'fs'>, root: string) {
    this.#host = host;
    this.#root = root;
  }

  /** @throws NodeJS.ErrnoException */
  async find(name: string): Promise<Extent | undefined> {
    const path = join(this.#root, name);
    try {
      const stat = await this.#host.fs.stat(path);
      // A pipe would wait for ever.
      return stat.isFile() ? { path, offset: 0, size: stat.size } : undefined;
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return undefined;
      throw error;
    }
  }
}
