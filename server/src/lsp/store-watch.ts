import * as fs from 'node:fs/promises';
import { toLarderError } from '../domain/errors.ts';
import { NOT_READ, unknown } from '../domain/store-view.ts';
import type { StoreState } from '../domain/store-view.ts';
import type { Log } from '../engine/host.ts';
import { openStoreReader } from '../engine/store/reader.ts';
import type { StoreReader } from '../engine/store/reader.ts';

/** The store that the settings name, as it is now; another one when they name another. */
export class StoreWatch {
  readonly #log: Log;
  readonly #onChange: () => void;
  #root: string | undefined;
  #reader: StoreReader | undefined;
  #without = NOT_READ;

  /** @param onChange called when what is in the store has changed, whoever changed it */
  constructor(log: Log, onChange: () => void) {
    this.#log = log;
    this.#onChange = onChange;
  }

  /** At once, from memory. */
  get state(): StoreState {
    return this.#reader?.state() ?? this.#without;
  }

  /** Directory of the store; undefined when none can be named. */
  get path(): string | undefined {
    return this.#root;
  }

  /**
   * Reads the store in a directory, and watches it from now on.
   * @param root tells the directory, or throws why there is none
   */
  async use(root: () => string): Promise<void> {
    try {
      const path = root();
      if (path === this.#root) return;
      this.close();
      this.#root = path;
      this.#log.info(`The store is ${path}.`);
      const reader = await openStoreReader({ fs, log: this.#log }, path);
      // Another directory may have been asked for meanwhile.
      if (this.#root !== path) {
        reader.close();
        return;
      }
      this.#reader = reader;
      reader.onChange(this.#onChange);
    } catch (error) {
      this.close();
      const failure = toLarderError(error, 'opening the store');
      this.#without = unknown(failure);
      this.#log.error(failure.message);
    }
  }

  /** Looks now, not at the next event of the file system. */
  async check(): Promise<void> {
    await this.#reader?.refresh();
  }

  close(): void {
    this.#reader?.close();
    this.#reader = undefined;
    this.#root = undefined;
  }
}
