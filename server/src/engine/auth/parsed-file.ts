import type { BigIntStats } from 'node:fs';
import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { readBounded } from '../read-bounded.ts';
import { errnoOf } from '../store/store-error.ts';
import { credentialError } from './credential-error.ts';

/** No file of credentials is larger. Bytes. */
const LIMIT = 1 << 20;

/** A file of credentials, which is read when it is needed and again when it has changed. */
export class ParsedFile<T> {
  readonly path: string;
  readonly #fs: Host['fs'];
  readonly #parse: (text: string, path: string) => T;
  #known: { readonly state: string; readonly value: T } | undefined;

  /** @param parse throws a LarderError for what the file must not hold */
  constructor(fs: Host['fs'], path: string, parse: (text: string, path: string) => T) {
    this.path = path;
    this.#fs = fs;
    this.#parse = parse;
  }

  /**
   * @returns undefined when there is no such file
   * @throws LarderError E_CREDENTIALS when it cannot be read, and what `parse` throws
   */
  async read(): Promise<T | undefined> {
    try {
      const stat = await this.#fs.stat(this.path, { bigint: true });
      const state = stateOf(stat);
      if (this.#known?.state === state) return this.#known.value;
      const bytes = await readBounded({ fs: this.#fs }, this.path, LIMIT);
      if (bytes === undefined) throw this.#unreadable(`it is larger than ${LIMIT} bytes`);
      const value = this.#parse(bytes.toString(), this.path);
      this.#known = { state, value };
      return value;
    } catch (error) {
      const code = errnoOf(error);
      if (error instanceof LarderError || code === undefined) throw error;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw this.#unreadable(`the system answered ${code}`);
    }
  }

  #unreadable(why: string): Error {
    return credentialError(
      `read the credentials in ${this.path}`,
      why,
      'check that it is the right file and that you may read it',
    );
  }
}

/** A file that was replaced has another inode, one that was written another time or size. */
function stateOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join();
}
