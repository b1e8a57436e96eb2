import type { Host } from '../host.ts';
import { writeDurably } from './durable.ts';
import type { IndexFile } from './index-file.ts';
import type { Layout } from './layout.ts';
import type { Locks } from './lock.ts';
import type { LeftDownload, Partials } from './partial.ts';
import { recover } from './rebuild.ts';
import { convertedFrom, deleteImage, hasImage, hasRemote, putImage, putRemote } from './rows.ts';
import type { ConvertedFrom } from './rows.ts';
import { storeIo } from './store-error.ts';
import type { TempFiles } from './temp.ts';

/** Begins the names of locks that are held for as long as somebody gets an image and uses blobs that no row tells of. */
export const GETTING = 'fetch-';
const SWEEPING = 'sweep';
/** Another process may hold a lock for as long as a download takes. */
export const PATIENCE = 10 * 60 * 1000;

interface Parts {
  readonly index: IndexFile;
  readonly locks: Locks;
  readonly partials: Partials;
  readonly temp: TempFiles;
}

/**
 * What looking after a store takes beyond its daily use. All removals are in the reverse order of imports: the row first, then the
 * files; and who has opened a file reads it to its end.
 */
export class Upkeep {
  readonly #host: Host;
  readonly #layout: Layout;
  readonly #parts: Parts;

  constructor(host: Host, layout: Layout, parts: Parts) {
    this.#host = host;
    this.#layout = layout;
    this.#parts = parts;
  }

  /** Waits while somebody sweeps. To be called by who holds a lock of {@link GETTING}: whoever sweeps next sees that. */
  async waitForSweep(signal: AbortSignal | undefined): Promise<void> {
    if (!(await this.#parts.locks.anyHeld(SWEEPING))) return;
    const held = await this.#parts.locks.acquire(SWEEPING, PATIENCE, signal);
    await held.release();
  }

  /**
   * Runs something that removes blobs which no row tells of.
   * @returns undefined when somebody is getting an image, and nothing was run
   */
  async sweep<T>(signal: AbortSignal, body: () => Promise<T>): Promise<T | undefined> {
    const held = await this.#parts.locks.acquire(SWEEPING, PATIENCE, signal);
    try {
      return (await this.#parts.locks.anyHeld(GETTING)) ? undefined : await body();
    } finally {
      await held.release();
    }
  }

  /**
   * Removes images in one change of the index.
   * @param unusedSince keeps one that was used at that time or later, in milliseconds since the epoch
   * @returns those that were removed
   */
  async removeImages(imageIds: readonly string[], unusedSince?: number): Promise<readonly string[]> {
    let removed: string[] = [];
    await this.#parts.index.update({
      apply: (db) => {
        removed = imageIds.filter((imageId) => deleteImage(db, imageId, unusedSince));
      },
      after: async (db) => {
        // The same round may have imported one again.
        for (const imageId of removed) if (!hasImage(db, imageId)) await this.#removeFiles(imageId);
      },
    });
    return removed;
  }

  /** Removes the files of images that no row tells of; where there is a row by now, they stay. */
  async removeRemains(imageIds: readonly string[]): Promise<void> {
    await this.#parts.index.update({
      apply: () => undefined,
      after: async (db) => {
        for (const imageId of imageIds) if (!hasImage(db, imageId)) await this.#removeFiles(imageId);
      },
    });
  }

  /** Removes a blob of a registry; the next pull gets it again. */
  async removeBlob(digest: string): Promise<void> {
    const path = this.#layout.blob(digest);
    await storeIo('remove', path, () => this.#host.fs.rm(path, { force: true }));
  }

  /** What the docker images of the store were converted from. */
  async convertedFrom(): Promise<readonly ConvertedFrom[]> {
    let found: readonly ConvertedFrom[] = [];
    await this.#parts.index.update({ apply: (db) => void (found = convertedFrom(db)) });
    return found;
  }

  /**
   * Gives an image whose ACI is whole its manifest, and its row if it has none.
   * @param manifest the one in the ACI, JSON text
   * @throws LarderError E_STORE_IO; Error when the manifest is none
   */
  async restore(imageId: string, manifest: string): Promise<void> {
    const path = this.#layout.manifest(imageId);
    const temp = await this.#parts.temp.create('.json');
    let found: Awaited<ReturnType<typeof recover>> | undefined;
    await this.#parts.index.update({
      before: () =>
        storeIo('write', path, async () => {
          await writeDurably(this.#host, temp, path, manifest);
          found = await recover(this.#host, this.#layout, imageId);
        }),
      apply: (db) => {
        if (found === undefined || hasImage(db, imageId)) return;
        putImage(db, found.image, found.dependencies);
        // What is known of the URL by now is newer.
        if (found.remote !== null && !hasRemote(db, found.remote)) putRemote(db, found.remote);
      },
    });
  }

  /** Downloads that were left unfinished and that nobody goes on with now. */
  leftDownloads(): Promise<readonly LeftDownload[]> {
    return storeIo('read', this.#layout.partial, () => this.#parts.partials.left());
  }

  /** @returns whether it was removed: somebody may have gone on with it */
  discardDownload(download: LeftDownload): Promise<boolean> {
    return storeIo('remove', download.path, () => this.#parts.partials.discard(download));
  }

  async #removeFiles(imageId: string): Promise<void> {
    const [blob, manifest] = [this.#layout.image(imageId), this.#layout.manifest(imageId)];
    await storeIo('remove', blob, async () => {
      // An index that is rebuilt between the two has no image without its ACI.
      await this.#host.fs.rm(manifest, { force: true });
      await this.#host.fs.rm(blob, { force: true });
    });
  }
}
