import { join } from 'node:path';
import type { Host } from '../host.ts';
import { moveDurably, writeSynced } from '../store/durable.ts';
import { isTreeKey, Layout } from '../store/layout.ts';
import { removeTree } from '../store/remove-tree.ts';
import { errnoOf, storeIo } from '../store/store-error.ts';
import type { Store } from '../store/store.ts';
import { treeKey } from './render-image.ts';
import type { RenderImage } from './render-image.ts';
import { renderTree } from './render-tree.ts';
import type { RenderWatch } from './render-tree.ts';
import { writeListing } from './tree-listing.ts';
import { LISTING, readRecord, recordOf, recordPath } from './tree-record.ts';
import type { TreeRecord } from './tree-record.ts';
import { verifyTree } from './verify-tree.ts';
import type { TreeDifference } from './verify-tree.ts';

/** A tree in the store. */
export interface StoredTree {
  readonly key: string;
  /** Its directory, which has `rootfs`, `tree.json` and `entries.jsonl`. */
  readonly path: string;
  /** Undefined when it cannot be read, so that the tree is of no use. */
  readonly record: TreeRecord | undefined;
  /** When something last asked for it, in milliseconds since the epoch. */
  readonly usedAt: number;
}

export interface EnsuredTree {
  readonly key: string;
  readonly path: string;
  readonly record: TreeRecord;
  /** Whether it was there already. */
  readonly reused: boolean;
}

/**
 * Rendered trees, `tree/KEY/`, which prepared pods share. A tree appears under its name whole and on disk, and goes in one step
 * too: whoever sees `tree/KEY/tree.json` sees all of it.
 */
export class Trees {
  readonly #host: Host;
  readonly #store: Pick<Store, 'withLock' | 'tempDirectory'>;
  readonly #layout: Layout;

  constructor(host: Host, store: Pick<Store, 'root' | 'withLock' | 'tempDirectory'>) {
    this.#host = host;
    this.#store = store;
    this.#layout = new Layout(store.root);
  }

  /**
   * The tree of images: the one that is there, or a new one. Of two processes that want one tree, one renders it.
   * @param images dependencies first
   * @throws what {@link renderTree} throws; E_STORE_LOCKED
   */
  ensure(images: readonly RenderImage[], watch: RenderWatch): Promise<EnsuredTree> {
    const key = treeKey(images);
    const path = this.#layout.tree(key);
    return this.#locked(key, watch.signal, async () => {
      const present = await this.#read(key);
      if (present !== undefined) {
        await this.#touch(path);
        return { key, path, record: present, reused: true };
      }
      await this.#discard(path);
      return { key, path, record: await this.#render(images, path, watch), reused: false };
    });
  }

  /** Whether there is a tree of this key. */
  async has(key: string): Promise<boolean> {
    return (await this.#read(key)) !== undefined;
  }

  /**
   * Reads a tree again and says what is not as it was rendered.
   * @returns empty when it is whole; undefined when there is no such tree
   */
  verify(key: string, signal: AbortSignal): Promise<TreeDifference[] | undefined> {
    const path = this.#layout.tree(key);
    return storeIo('read', path, () => verifyTree(this.#host.fs, path, key, signal));
  }

  /** All trees, by key. */
  async list(): Promise<StoredTree[]> {
    const trees: StoredTree[] = [];
    const names = await storeIo('read', this.#layout.trees, () => this.#host.fs.readdir(this.#layout.trees));
    for (const key of names.filter(isTreeKey).sort()) {
      const path = this.#layout.tree(key);
      const usedAt = await this.#usedAt(path);
      // Another process may remove it meanwhile.
      if (usedAt !== undefined) trees.push({ key, path, record: await this.#read(key), usedAt });
    }
    return trees;
  }

  /**
   * Removes a tree that nobody needs.
   * @param unusedSince keeps it when something has asked for it at that time or later, in milliseconds since the epoch
   * @returns whether it was removed
   */
  remove(key: string, signal: AbortSignal, unusedSince = Number.POSITIVE_INFINITY): Promise<boolean> {
    const path = this.#layout.tree(key);
    return this.#locked(key, signal, async () => {
      const usedAt = await this.#usedAt(path);
      if (usedAt === undefined || usedAt >= unusedSince) return false;
      await this.#discard(path);
      return true;
    });
  }

  #locked<T>(key: string, signal: AbortSignal, body: () => Promise<T>): Promise<T> {
    return this.#store.withLock(`tree-${key}`, signal, body);
  }

  async #render(images: readonly RenderImage[], path: string, watch: RenderWatch): Promise<TreeRecord> {
    const { fs } = this.#host;
    // Longer than the path it gets in the end: what can be made here can be found there.
    const temp = await this.#store.tempDirectory(`.${treeKey(images)}`);
    try {
      const rendered = await renderTree(this.#host, images, temp, watch, { durable: true });
      return await storeIo('write', path, async () => {
        const digest = await writeListing(fs, join(temp, LISTING), rendered.entries);
        const record = recordOf(images, digest, rendered);
        await writeSynced(this.#host, recordPath(temp), `${JSON.stringify(record, null, 2)}\n`);
        await this.#touch(temp);
        await moveDurably(this.#host, temp, path);
        return record;
      });
    } catch (error) {
      await removeTree(fs, temp);
      throw error;
    }
  }

  #read(key: string): Promise<TreeRecord | undefined> {
    const path = this.#layout.tree(key);
    return storeIo('read', path, () => readRecord(this.#host.fs, path, key));
  }

  /** Notes in the directory's own time that it is used now. */
  #touch(path: string): Promise<void> {
    const now = this.#host.clock.now() / 1000;
    return storeIo('write', path, () => this.#host.fs.utimes(path, now, now));
  }

  #usedAt(path: string): Promise<number | undefined> {
    return storeIo('read', path, async () => {
      try {
        return (await this.#host.fs.lstat(path)).mtimeMs;
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    });
  }

  /** Takes a tree away in one step, and then apart. */
  async #discard(path: string): Promise<void> {
    const temp = await this.#store.tempDirectory('.tree');
    await storeIo('remove', path, async () => {
      try {
        await moveDurably(this.#host, path, join(temp, 'tree'));
      } catch (error) {
        // There is none.
        if (errnoOf(error) !== 'ENOENT') throw error;
      }
      await removeTree(this.#host.fs, temp);
    });
  }
}
