/** More than this does not wait in memory for the disk. */
const LIMIT = 4 << 20;

/**
 * Writes one piece at a time, and gathers what comes meanwhile into the next: a fast disk gets every piece at once, so that
 * little is lost when the process is killed, and a slow one gets large pieces.
 */
export class GatheringWriter {
  readonly #append: (bytes: Buffer) => Promise<void>;
  #gathered: Buffer[] = [];
  #bytes = 0;
  #writing: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** @param ready what must be done before the first write */
  constructor(append: (bytes: Buffer) => Promise<void>, ready: Promise<void>) {
    this.#append = append;
    this.#writing = this.#writeAll(ready);
  }

  /**
   * Takes a piece.
   * @returns a promise when too much is waiting: there is room again when it resolves
   * @throws what an earlier write threw
   */
  write(bytes: Buffer): Promise<void> | undefined {
    if (this.#failure !== undefined) throw this.#failure.error;
    this.#gathered.push(bytes);
    this.#bytes += bytes.length;
    this.#writing ??= this.#writeAll();
    return this.#bytes > LIMIT ? this.flush() : undefined;
  }

  /** Waits until everything is written. */
  async flush(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #writeAll(ready?: Promise<void>): Promise<void> {
    try {
      await ready;
      while (this.#bytes > 0) {
        const [first = Buffer.alloc(0), ...more] = this.#gathered;
        const bytes = more.length === 0 ? first : Buffer.concat(this.#gathered);
        this.#gathered = [];
        this.#bytes = 0;
        await this.#append(bytes);
      }
    } catch (error) {
      this.#failure = { error };
    } finally {
      this.#writing = undefined;
    }
  }
}
