import { basename } from 'node:path';
import { LarderError, toLarderError } from '../../domain/errors.ts';
import { NOT_READ, unknown } from '../../domain/store-view.ts';
import type { StoreState, StoreView } from '../../domain/store-view.ts';
import type { Host } from '../host.ts';
import { currentStamp, readIndex } from './index-image.ts';
import { Layout } from './layout.ts';
import { loadSqlite } from './sqlite.ts';
import { Views } from './view.ts';

/** The store as the language server sees it: it only ever reads the index, and never waits for a lock. */
export interface StoreReader {
  /** The latest snapshot, at once. */
  state(): StoreState;
  /** Looks whether the index has changed, and reads it if so; `true` when the state is another. */
  refresh(): Promise<boolean>;
  /**
   * @param listener called after the state has changed, whichever process changed the store
   * @returns ends it
   */
  onChange(listener: () => void): () => void;
  /** Ends watching; the last state stays readable. */
  close(): void;
}

/** Changes often come in bursts; one look for all that come within this time. Milliseconds. */
const SETTLE = 30;
/** Where the system cannot watch (network file systems, a directory that is not there yet), this often. Milliseconds. */
const POLL = 2_000;

/** A store that nobody has written to. */
const EMPTY: StoreView = {
  generation: 0,
  imageCount: 0,
  find: () => undefined,
  images: () => [],
  dockerReferences: () => [],
};

/**
 * Opens a store for reading. The directory need not exist, and is not made.
 * @param root absolute path
 * @param poll how often to look where watching fails, in milliseconds
 */
export async function openStoreReader(
  host: Pick<Host, 'fs' | 'log'>,
  root: string,
  poll = POLL,
): Promise<StoreReader> {
  const reader = new IndexReader(host, new Layout(root));
  await reader.refresh();
  reader.watch(poll);
  return reader;
}

class IndexReader implements StoreReader {
  readonly #host: Pick<Host, 'fs' | 'log'>;
  readonly #layout: Layout;
  readonly #listeners = new Set<() => void>();
  readonly #closing = new AbortController();
  #views: Views | undefined;
  #state: StoreState = NOT_READ;
  /** Of the file that the state was read from; null when there was none. */
  #stamp: string | undefined | null = null;
  #reading: Promise<unknown> = Promise.resolve();
  #settling = false;
  #watching = false;
  #saidUnwatched = false;

  constructor(host: Pick<Host, 'fs' | 'log'>, layout: Layout) {
    this.#host = host;
    this.#layout = layout;
  }

  state(): StoreState {
    return this.#state;
  }

  refresh(): Promise<boolean> {
    const result = this.#reading.then(() => this.#read());
    this.#reading = result;
    return result;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#closing.abort();
    this.#listeners.clear();
  }

  /** Looks when the system tells of a change, and every `poll` milliseconds. Keeps no process alive. */
  watch(poll: number): void {
    void this.#follow();
    const timer = setInterval(() => {
      void this.refresh();
      if (!this.#watching) void this.#follow();
    }, poll);
    timer.unref();
    this.#closing.signal.addEventListener('abort', () => clearInterval(timer));
  }

  async #follow(): Promise<void> {
    const { fs, log } = this.#host;
    this.#watching = true;
    try {
      const events = fs.watch(this.#layout.root, { persistent: false, signal: this.#closing.signal });
      for await (const { filename } of events) {
        if (filename === null || filename === basename(this.#layout.index)) this.#refreshSoon();
      }
    } catch (error) {
      // Once: it is tried again and again, for a store that is not there yet.
      if (!this.#closing.signal.aborted && !this.#saidUnwatched) {
        this.#saidUnwatched = true;
        log.debug(
          `${this.#layout.root} is looked at now and then, because it cannot be watched: ${String(error)}`,
        );
      }
    }
    this.#watching = false;
  }

  #refreshSoon(): void {
    if (this.#settling) return;
    this.#settling = true;
    setTimeout(() => {
      this.#settling = false;
      void this.refresh();
    }, SETTLE).unref();
  }

  async #read(): Promise<boolean> {
    const before = this.#state;
    try {
      const stamp = await currentStamp(this.#host.fs, this.#layout.index);
      if (stamp === this.#stamp) return false;
      this.#state = await this.#load();
      this.#stamp = stamp;
    } catch (error) {
      const now = unknown(toLarderError(error, `reading ${this.#layout.index}`));
      this.#state = now;
      if (before.kind === 'unknown' && before.why === now.why) return false;
    }
    for (const listener of this.#listeners) listener();
    return true;
  }

  async #load(): Promise<StoreState> {
    const path = this.#layout.index;
    const found = await readIndex(this.#host.fs, path);
    if (found.kind === 'missing') return { kind: 'ready', view: EMPTY };
    if (found.kind === 'damaged') {
      return unknown(
        new LarderError('E_STORE_CORRUPT', `The index ${path} is damaged; the next fetch rebuilds it.`),
      );
    }
    this.#views ??= new Views(await loadSqlite(this.#host), path);
    const view = this.#views.of(found.image);
    this.#host.log.debug(`The store has ${view.imageCount} images (generation ${view.generation}).`);
    return { kind: 'ready', view };
  }
}
