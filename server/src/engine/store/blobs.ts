import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { writeDurably } from './durable.ts';
import type { Layout } from './layout.ts';
import type { PartialBlob, Partials } from './partial.ts';
import { errnoOf, storeIo } from './store-error.ts';
import type { TempFiles } from './temp.ts';

/** Registry blobs by digest: `sha256:HEX` or `sha512:HEX`. A digest of any other form is E_DIGEST everywhere. */
export class Blobs {
  readonly #host: Host;
  readonly #layout: Layout;
  readonly #temp: TempFiles;
  readonly #partials: Partials;

  constructor(host: Host, layout: Layout, temp: TempFiles, partials: Partials) {
    this.#host = host;
    this.#layout = layout;
    this.#temp = temp;
    this.#partials = partials;
  }

  path(digest: string): string {
    return this.#layout.blob(digest);
  }

  async has(digest: string): Promise<boolean> {
    const path = this.path(digest);
    try {
      return (await this.#host.fs.stat(path)).isFile();
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      return storeIo('read', path, () => Promise.reject(error as Error));
    }
  }

  /** A download of a blob that goes on where an earlier one was left. */
  partial(digest: string): Promise<PartialBlob> {
    return this.#partials.open(digest);
  }

  /** Stores a small blob (a manifest, a configuration) whose digest the caller has verified. */
  async put(digest: string, bytes: Uint8Array): Promise<void> {
    const path = this.path(digest);
    if (await this.has(digest)) return;
    const temp = await this.#temp.create('.blob');
    await storeIo('write', path, () => writeDurably(this.#host, temp, path, bytes));
  }

  /**
   * @param limit the most bytes that are read
   * @throws LarderError E_NOT_FOUND, or E_TOO_LARGE instead of a part of it
   */
  async read(digest: string, limit: number): Promise<Buffer> {
    const path = this.path(digest);
    try {
      return await storeIo('read', path, () => readBounded(this.#host.fs, path, limit));
    } catch (error) {
      if (!(error instanceof LarderError) || errnoOf(error.cause) !== 'ENOENT') throw error;
      throw new LarderError('E_NOT_FOUND', `The blob ${digest} is not in the store; fetch its image.`, error);
    }
  }
}

async function readBounded(fs: Host['fs'], path: string, limit: number): Promise<Buffer> {
  const handle = await fs.open(path, 'r');
  try {
    const { size } = await handle.stat();
    if (size > limit) {
      throw new LarderError(
        'E_TOO_LARGE',
        `${path} has ${size} bytes where at most ${limit} are allowed; the image is not one that Larder can read.`,
      );
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}
