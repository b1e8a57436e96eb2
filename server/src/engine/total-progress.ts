import type { FetchProgress, OnProgress } from './progress.ts';

/** Adds up what is received for an image and then for each of its dependencies; the sum never falls. */
export class TotalProgress {
  readonly #onProgress: OnProgress;
  /** Of the images before the current one. */
  #before = 0;
  #current = 0;

  constructor(onProgress: OnProgress) {
    this.#onProgress = onProgress;
  }

  readonly update = ({ phase, received, total }: FetchProgress): void => {
    // A download that begins again has fewer bytes than before, which nobody needs to see.
    this.#current = Math.max(this.#current, received);
    const sum = total === null ? null : this.#before + Math.max(total, this.#current);
    this.#onProgress({ phase, received: this.#before + this.#current, total: sum });
  };

  /** From here on the bytes are another image's. */
  next(): void {
    this.#before += this.#current;
    this.#current = 0;
  }
}
