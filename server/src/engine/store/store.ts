import { LarderError } from '../../domain/errors.ts';
import type { RemoteRecord, Signer } from '../../domain/record.ts';
import type { StoreView } from '../../domain/store-view.ts';
import type { Host } from '../host.ts';
import { Blobs } from './blobs.ts';
import { makeDirectory, moveDurably, syncFile, writeSynced } from './durable.ts';
import { IndexFile } from './index-file.ts';
import type { IndexImage } from './index-image.ts';
import { Layout } from './layout.ts';
import { Locks } from './lock.ts';
import { Partials } from './partial.ts';
import type { PartialDownload } from './partial.ts';
import { ownTag } from './process-tag.ts';
import { putImage, putRemote, touchImage } from './rows.ts';
import type { Dependency } from './rows.ts';
import { loadSqlite } from './sqlite.ts';
import { errnoOf, storeIo } from './store-error.ts';
import { TempFiles } from './temp.ts';
import { GETTING, PATIENCE, Upkeep } from './upkeep.ts';
import { Views } from './view.ts';

/** An image to put into the store. Everything about it was verified. */
export interface ImageImport {
  /** A finished {@link Store.tempFile} with the uncompressed ACI; it is moved. */
  readonly file: string;
  /** SHA-512 of the file's bytes: `sha512-` and 128 hex digits. */
  readonly imageId: string;
  readonly size: number;
  /** The ImageManifest, JSON text. */
  readonly manifest: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Discovered without a version (appc GetACI). */
  readonly latest: boolean;
  readonly signers: readonly Signer[];
  readonly dependencies: readonly Dependency[];
  /** The URL it came from, if any. */
  readonly remote: RemoteRecord | null;
}

/** "Last used" is exact to an hour: it decides over garbage, and is not worth a durable write at every use. */
export const TOUCH_GRAIN = 60 * 60 * 1000;

/**
 * Opens the store in a directory, which is made if need be; cleans up after processes that were killed.
 * @param root absolute path
 * @throws LarderError E_STORE_IO, E_NO_SPACE, E_STORE_LOCKED, E_UNSUPPORTED
 */
export async function openStore(host: Host, root: string): Promise<Store> {
  const layout = new Layout(root);
  await storeIo('create', root, async () => {
    for (const directory of layout.directories) await makeDirectory(host, directory);
  });
  const own = await ownTag(host);
  const temp = new TempFiles(host, layout, own);
  const partials = new Partials(host, layout, own, temp);
  const locks = new Locks(host, layout.locks, own);
  await storeIo('clean', layout.partial, async () => {
    await temp.clean();
    await partials.clean();
    await locks.clean();
  });
  const sqlite = await loadSqlite(host);
  const index = new IndexFile(host, layout, locks, temp, sqlite);
  await index.open();
  const blobs = new Blobs(host, layout, temp, partials);
  return new Store(host, layout, {
    temp,
    partials,
    locks,
    index,
    blobs,
    views: new Views(sqlite, layout.index),
  });
}

interface Parts {
  readonly temp: TempFiles;
  readonly partials: Partials;
  readonly locks: Locks;
  readonly index: IndexFile;
  readonly blobs: Blobs;
  readonly views: Views;
}

/**
 * The content-addressed store (behaviour.md §8). A blob is in place before a row tells of it, and its row is gone before it
 * is: so at no moment does a row point at a missing blob.
 */
export class Store {
  readonly root: string;
  readonly blobs: Blobs;
  readonly upkeep: Upkeep;
  readonly #host: Host;
  readonly #layout: Layout;
  readonly #parts: Parts;
  #current: { readonly image: IndexImage; readonly view: StoreView } | undefined;

  constructor(host: Host, layout: Layout, parts: Parts) {
    this.root = layout.root;
    this.blobs = parts.blobs;
    this.upkeep = new Upkeep(host, layout, parts);
    this.#host = host;
    this.#layout = layout;
    this.#parts = parts;
  }

  /** The index as it was last read or written here; never waits. */
  view(): StoreView {
    const { image } = this.#parts.index;
    if (this.#current?.image !== image) this.#current = { image, view: this.#parts.views.of(image) };
    return this.#current.view;
  }

  /** Reads the index again if another process has changed it; `true` if so. */
  refresh(): Promise<boolean> {
    return this.#parts.index.refresh();
  }

  /** Path of a new private file on the store's file system; removed at some later opening when this process ends without. */
  tempFile(suffix: string): Promise<string> {
    return this.#parts.temp.create(suffix);
  }

  /** The same for a directory, which is moved or removed with all that is in it. */
  tempDirectory(suffix: string): Promise<string> {
    return this.#parts.temp.createDirectory(suffix);
  }

  /** A download of a URL that goes on where an earlier one was left. Nothing is verified: see {@link PartialDownload}. */
  partialDownload(url: string): Promise<PartialDownload> {
    return this.#parts.partials.openUrl(url);
  }

  /**
   * Puts an image into the store; it is durable when this resolves.
   * @throws LarderError E_STORE_IO, E_NO_SPACE, E_STORE_LOCKED, E_REF
   */
  async importImage(input: ImageImport): Promise<void> {
    const { file, imageId, size, manifest, name, labels, latest, signers, dependencies, remote } = input;
    const blob = this.#layout.image(imageId);
    const manifestFile = await this.tempFile('.json');
    const now = this.#host.clock.now();
    const image = {
      ...{ imageId, size, name, labels, latest, signers },
      ...{ importedAt: now, lastUsedAt: now },
    };
    try {
      await storeIo('write', manifestFile, () => writeSynced(this.#host, manifestFile, manifest));
      await storeIo('write', file, () => syncFile(this.#host, file));
      await this.#parts.index.update({
        // Under the index's lock: whoever removes this very image at the same time does so before or after all of this.
        before: () =>
          storeIo('write', blob, async () => {
            await moveDurably(this.#host, file, blob);
            await moveDurably(this.#host, manifestFile, this.#layout.manifest(imageId));
          }),
        apply: (db) => {
          putImage(db, image, dependencies);
          if (remote !== null) putRemote(db, remote);
        },
      });
    } finally {
      await this.#host.fs.rm(manifestFile, { force: true });
    }
  }

  /** Records what a remote said last about a URL; nothing when the image has been removed meanwhile. */
  recordRemote(record: RemoteRecord): Promise<void> {
    return this.#parts.index.update({ apply: (db) => putRemote(db, record) });
  }

  /** Notes that images are used now. */
  async touch(imageIds: readonly string[]): Promise<void> {
    const now = this.#host.clock.now();
    const old = imageIds.filter((id) => {
      const known = this.view().find({ kind: 'id', canonical: id, id }, '');
      return known !== undefined && known.image.lastUsedAt < now - TOUCH_GRAIN;
    });
    if (old.length === 0) return;
    await this.#parts.index.update({
      apply: (db) => {
        for (const imageId of old) touchImage(db, imageId, now);
      },
    });
  }

  /**
   * Removes an image and what the index knows about it. Registry blobs stay, for the next pull.
   * @throws LarderError E_NOT_FOUND
   */
  async removeImage(imageId: string): Promise<void> {
    const [removed] = await this.upkeep.removeImages([imageId]);
    if (removed === undefined) throw notFound(imageId);
  }

  /**
   * The ImageManifest of a stored image, JSON text.
   * @throws LarderError E_NOT_FOUND
   */
  async manifestText(imageId: string): Promise<string> {
    const path = this.#layout.manifest(imageId);
    try {
      return await this.#host.fs.readFile(path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') throw notFound(imageId);
      return storeIo('read', path, () => Promise.reject(error as Error));
    }
  }

  /** Path of an image's uncompressed ACI, whether it is there or not. */
  imagePath(imageId: string): string {
    return this.#layout.image(imageId);
  }

  /**
   * Runs `body` while no other process, and nobody else in this one, holds the lock of that name.
   * @param name a file name
   * @throws LarderError E_STORE_LOCKED after ten minutes, E_CANCELLED, or what `body` throws
   */
  async withLock<T>(name: string, signal: AbortSignal | undefined, body: () => Promise<T>): Promise<T> {
    const held = await this.#parts.locks.acquire(name, PATIENCE, signal);
    try {
      return await body();
    } finally {
      await held.release();
    }
  }

  /**
   * Runs `body`, which gets an image: nobody else gets the same meanwhile, and no blob that it finds in the store is swept away
   * before a row tells of it.
   * @param name of the image, as a part of a file name
   * @throws LarderError as {@link withLock}
   */
  whileGetting<T>(name: string, signal: AbortSignal | undefined, body: () => Promise<T>): Promise<T> {
    return this.withLock(GETTING + name, signal, async () => {
      await this.upkeep.waitForSweep(signal);
      return body();
    });
  }

  /** Runs `body` while nobody else prepares a pod from what is in the store, or removes what prepared pods may use. */
  withPods<T>(signal: AbortSignal | undefined, body: () => Promise<T>): Promise<T> {
    return this.withLock('pods', signal, body);
  }

  /** Waits for writes that are under way, and lets go of memory. */
  async close(): Promise<void> {
    await this.#parts.index.close();
    this.#parts.views.close();
  }
}

function notFound(imageId: string): LarderError {
  return new LarderError(
    'E_NOT_FOUND',
    `The image ${imageId} is not in the store; larder image list shows what is.`,
  );
}
