import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { moveDurably } from './durable.ts';
import type { Layout } from './layout.ts';
import { isDead, parseTag } from './process-tag.ts';
import type { ProcessTag } from './process-tag.ts';
import { errnoOf, storeIo } from './store-error.ts';
import { isForgotten } from './temp.ts';
import type { TempFiles } from './temp.ts';

/** A download that can be continued, by this process or a later one. */
export interface PartialDownload {
  /** The file with the bytes so far. */
  readonly path: string;
  /** Number of bytes so far. Those of an earlier run are not verified: hash them before anything is appended. */
  readonly size: number;
  /** ETag of the response the bytes came from, for `If-Range` (RFC 9110 §13.1.5); null when there was none. */
  readonly validator: string | null;
  append(chunk: Uint8Array): Promise<void>;
  setValidator(etag: string | null): Promise<void>;
  /** Throws the bytes away, when the server sends another representation or their digest is wrong. */
  reset(): Promise<void>;
  /** Keeps the bytes, if there are any, for whoever wants to go on. */
  close(): Promise<void>;
}

/** The download of one blob. */
export interface PartialBlob extends PartialDownload {
  /** Makes it the blob. The caller has verified the digest of exactly the bytes in the file. */
  commit(): Promise<void>;
}

/** A download that was left unfinished. */
export interface LeftDownload {
  /** Of its directory in `partial/`. */
  readonly name: string;
  readonly path: string;
  /** Bytes so far. */
  readonly size: number;
  /** When it was last gone on with, in milliseconds since the epoch. */
  readonly writtenAt: number;
}

/** Owned: `sha256-HEX.TAG-…`; free for anybody to go on with: `sha256-HEX`. Of a URL: `url-HEX`. */
const NAME = /^(sha(?:256|512)|url)-([0-9a-f]+)(?:\.([0-9a-f]{8}-[0-9]+)-.+)?$/;
const DATA = 'data';
const VALIDATOR = 'validator';

/**
 * Unfinished downloads, each a directory with the bytes and their validator. Whoever works on one has renamed it to a name of
 * its own; a rename succeeds for one process only, so two never write into one file, and what a killed process leaves is
 * taken over at once, without a lock.
 */
export class Partials {
  readonly #host: Host;
  readonly #layout: Layout;
  readonly #own: ProcessTag;
  readonly #temp: TempFiles;

  constructor(host: Host, layout: Layout, own: ProcessTag, temp: TempFiles) {
    this.#host = host;
    this.#layout = layout;
    this.#own = own;
    this.#temp = temp;
  }

  /**
   * Goes on with a blob's download where it was left, or begins one.
   * @throws LarderError E_DIGEST, E_STORE_IO, E_NO_SPACE
   */
  open(digest: string): Promise<PartialBlob> {
    return this.#open(this.#layout.blob(digest));
  }

  /**
   * Goes on with the download of a URL, whose bytes may be others by now: only the validator tells.
   * @throws LarderError E_STORE_IO, E_NO_SPACE
   */
  openUrl(url: string): Promise<PartialDownload> {
    const name = `url-${createHash('sha256').update(url).digest('hex')}`;
    return this.#open(join(this.#layout.partial, name));
  }

  async #open(blob: string): Promise<PartialBlob> {
    const directory = join(this.#layout.partial, `${basename(blob)}.${this.#temp.uniqueTag()}`);
    return storeIo('write', directory, async () => {
      if (!(await this.#takeOver(basename(blob), directory))) await this.#host.fs.mkdir(directory);
      return OpenPartial.open(this.#host, directory, blob);
    });
  }

  /** Removes downloads whose blob has come another way, and those nobody went on with for long. */
  async clean(): Promise<void> {
    const { fs } = this.#host;
    for (const name of await fs.readdir(this.#layout.partial)) {
      const [, algorithm, hex] = NAME.exec(name) ?? [];
      if (algorithm === undefined || !this.#isFree(name)) continue;
      const directory = join(this.#layout.partial, name);
      const done = algorithm !== 'url' && (await exists(fs, this.#layout.blob(`${algorithm}:${hex ?? ''}`)));
      if (done || (await isForgotten(this.#host, join(directory, DATA)))) {
        await fs.rm(directory, { recursive: true, force: true });
      }
    }
  }

  /** Those that nobody works on. */
  async left(): Promise<LeftDownload[]> {
    const { fs } = this.#host;
    const left: LeftDownload[] = [];
    for (const name of (await fs.readdir(this.#layout.partial)).sort()) {
      if (!NAME.test(name) || !this.#isFree(name)) continue;
      const path = join(this.#layout.partial, name);
      try {
        // One without data was left before its first byte.
        const data = await fs.stat(join(path, DATA)).catch(() => undefined);
        const { size, mtimeMs } = data ?? { size: 0, mtimeMs: (await fs.stat(path)).mtimeMs };
        left.push({ name, path, size, writtenAt: mtimeMs });
      } catch (error) {
        // Somebody has gone on with it.
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
    }
    return left;
  }

  /** @returns whether it was removed; not when somebody has gone on with it */
  async discard({ path }: LeftDownload): Promise<boolean> {
    const { fs } = this.#host;
    // As whoever goes on with it does: of two, one gets it.
    const temp = await this.#temp.createDirectory('.left');
    try {
      await fs.rename(path, join(temp, 'left'));
      return true;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return false;
      throw error;
    } finally {
      await fs.rm(temp, { recursive: true, force: true });
    }
  }

  async #takeOver(blobName: string, directory: string): Promise<boolean> {
    const { fs } = this.#host;
    const left = await fs.readdir(this.#layout.partial);
    for (const name of left) {
      if (name.split('.')[0] !== blobName || !this.#isFree(name)) continue;
      try {
        await fs.rename(join(this.#layout.partial, name), directory);
        return true;
      } catch (error) {
        // Another process was faster.
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
    }
    return false;
  }

  #isFree(name: string): boolean {
    const owner = NAME.exec(name)?.[3];
    const tag = owner === undefined ? undefined : parseTag(owner);
    return tag === undefined || isDead(tag, this.#own);
  }
}

class OpenPartial implements PartialBlob {
  readonly path: string;
  readonly #host: Host;
  readonly #directory: string;
  readonly #blob: string;
  readonly #handle: FileHandle;
  #size: number;
  #validator: string | null;
  #open = true;

  private constructor(
    host: Host,
    directory: string,
    blob: string,
    handle: FileHandle,
    size: number,
    validator: string | null,
  ) {
    this.path = join(directory, DATA);
    this.#host = host;
    this.#directory = directory;
    this.#blob = blob;
    this.#handle = handle;
    this.#size = size;
    this.#validator = validator;
  }

  static async open(host: Host, directory: string, blob: string): Promise<OpenPartial> {
    const handle = await host.fs.open(join(directory, DATA), 'a');
    const { size } = await handle.stat();
    // Most partials have none: a new one, or one from a server without ETags.
    const validator = await host.fs.readFile(join(directory, VALIDATOR), 'utf8').catch(() => '');
    return new OpenPartial(host, directory, blob, handle, size, validator === '' ? null : validator);
  }

  get size(): number {
    return this.#size;
  }

  get validator(): string | null {
    return this.#validator;
  }

  append(chunk: Uint8Array): Promise<void> {
    this.#size += chunk.byteLength;
    return storeIo('write', this.path, () => this.#handle.appendFile(chunk));
  }

  async setValidator(etag: string | null): Promise<void> {
    const { fs } = this.#host;
    const path = join(this.#directory, VALIDATOR);
    await storeIo('write', path, () =>
      etag === null ? fs.rm(path, { force: true }) : fs.writeFile(path, etag),
    );
    this.#validator = etag;
  }

  async reset(): Promise<void> {
    await storeIo('write', this.path, () => this.#handle.truncate(0));
    this.#size = 0;
    await this.setValidator(null);
  }

  async commit(): Promise<void> {
    await storeIo('write', this.#blob, async () => {
      await this.#handle.sync();
      const { size } = await this.#handle.stat();
      if (size !== this.#size) {
        throw new LarderError(
          'E_STORE_IO',
          `Larder could not finish ${this.#blob}: its file ${this.path} has ${size} bytes where ${this.#size} were written; remove it and try again.`,
        );
      }
      await this.#closeHandle();
      await moveDurably(this.#host, this.path, this.#blob);
      await this.#remove();
    });
  }

  async close(): Promise<void> {
    if (!this.#open) return;
    await this.#closeHandle();
    if (this.#size === 0) return this.#remove();
    const free = join(this.#directory, '..', basename(this.#blob));
    try {
      await this.#host.fs.rename(this.#directory, free);
    } catch {
      // Another process has left one of the same blob; one is enough.
      await this.#remove();
    }
  }

  async #closeHandle(): Promise<void> {
    this.#open = false;
    await this.#handle.close();
  }

  #remove(): Promise<void> {
    return this.#host.fs.rm(this.#directory, { recursive: true, force: true });
  }
}

function exists(fs: Host['fs'], path: string): Promise<boolean> {
  return fs.stat(path).then(
    () => true,
    () => false,
  );
}
