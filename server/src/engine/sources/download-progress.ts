import type { Clock } from '../host.ts';
import type { OnProgress } from '../progress.ts';
import type { Descriptor } from '../registry/descriptor.ts';

/** Nobody sees more than ten numbers a second. Milliseconds. */
const INTERVAL = 100;

/** Adds up the bytes of several blobs, and tells of them now and then. */
export class DownloadProgress {
  readonly #clock: Clock;
  readonly #onProgress: OnProgress;
  readonly #total: number;
  /** By digest. */
  readonly #received = new Map<string, number>();
  #sum = 0;
  #toldAt = -Infinity;

  constructor(clock: Clock, blobs: readonly Descriptor[], onProgress: OnProgress) {
    this.#clock = clock;
    this.#total = blobs.reduce((sum, { size }) => sum + size, 0);
    this.#onProgress = onProgress;
    this.#tell();
  }

  /** @param received how many bytes of the blob are there; fewer than before after a restart, which is not shown */
  update({ digest }: Descriptor, received: number): void {
    const gained = received - (this.#received.get(digest) ?? 0);
    if (gained <= 0) return;
    this.#received.set(digest, received);
    this.#sum += gained;
    const isDue = this.#clock.now() - this.#toldAt >= INTERVAL;
    if (isDue || this.#sum === this.#total) this.#tell();
  }

  #tell(): void {
    this.#toldAt = this.#clock.now();
    this.#onProgress({ phase: 'download', received: this.#sum, total: this.#total });
  }
}
