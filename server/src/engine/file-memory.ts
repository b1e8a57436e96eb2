import type { Clock } from './host.ts';

/** How often files are looked at for a change. Milliseconds. */
const INTERVAL = 1000;

interface Memory<T> {
  readonly stamp: string;
  readonly value: Promise<T>;
}

/** What was read from files: read when it is first asked for, and again when they have changed. */
export class FileMemory<T> {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #stamp: () => Promise<string>;
  readonly #read: () => Promise<T>;
  #checkedAt = -Infinity;
  #memory: Promise<Memory<T>> | undefined;

  /**
   * @param stamp cheap, and different after every change: names, times and sizes
   * @param read what it throws is remembered too, until the next change
   */
  constructor(clock: Pick<Clock, 'now'>, stamp: () => Promise<string>, read: () => Promise<T>) {
    this.#clock = clock;
    this.#stamp = stamp;
    this.#read = read;
  }

  /**
   * The same value, by identity, as long as the files have not changed.
   * @throws what stamp and read throw
   */
  async get(): Promise<T> {
    const now = this.#clock.now();
    // Either way: a clock that was set back would keep what is old for as long.
    if (this.#memory === undefined || Math.abs(now - this.#checkedAt) >= INTERVAL) {
      this.#checkedAt = now;
      this.#memory = this.#look(this.#memory);
    }
    return (await this.#memory).value;
  }

  async #look(last: Promise<Memory<T>> | undefined): Promise<Memory<T>> {
    // What failed before is tried anew.
    const known = await last?.catch(() => undefined);
    // Before the files are read, so that a change meanwhile is seen next time.
    const stamp = await this.#stamp();
    if (known?.stamp === stamp) return known;
    const value = this.#read();
    // Whoever asked hears of it; nobody has to.
    value.catch(() => undefined);
    return { stamp, value };
  }
}
