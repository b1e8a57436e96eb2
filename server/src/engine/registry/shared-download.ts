import { whenAborted } from '../http/abort.ts';
import type { DownloadWatch } from './blob-download.ts';

/** One download for all who want the same blob; it is cut short when the last of them has given up. */
export class SharedDownload {
  readonly #doing: string;
  readonly #controller = new AbortController();
  readonly #watches = new Set<DownloadWatch>();
  readonly #done: Promise<void>;
  #received = 0;

  /** @param doing as it reads after "did not" */
  constructor(doing: string, run: (watch: DownloadWatch) => Promise<void>) {
    this.#doing = doing;
    this.#done = run({
      signal: this.#controller.signal,
      onBytes: (received) => {
        this.#received = received;
        for (const watch of this.#watches) watch.onBytes(received);
      },
    });
    // Whoever has joined hears of a failure; one after the last has left concerns nobody.
    this.#done.catch(() => undefined);
  }

  /** Whether it was cut short, so that nobody can join it any more. */
  get isAbandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Waits for the end, whatever it is. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.#done]);
  }

  /** @throws what the download throws, or LarderError E_CANCELLED when the watch's own signal aborts */
  async join(watch: DownloadWatch): Promise<void> {
    const abort = whenAborted(watch.signal, this.#doing);
    this.#watches.add(watch);
    watch.onBytes(this.#received);
    try {
      await Promise.race([this.#done, abort.promise]);
    } finally {
      abort.dispose();
      this.#watches.delete(watch);
      if (this.#watches.size === 0) {
        this.#controller.abort();
        // What was cut short is tidy, with its last bytes on disk, before its last watcher goes on.
        await this.settled();
      }
    }
  }
}
