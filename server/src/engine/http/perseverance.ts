import type { Host } from '../host.ts';
import { ATTEMPTS, pauseAfter } from './retry.ts';
import { TransientError } from './transient-error.ts';

/** So many new bytes since the last failure make it worth going on (containers/image, `docker/body_reader.go`). */
const PROGRESS = 1 << 20;
/** A connection that has held for so long and brought anything at all does so too. Milliseconds. */
const LONG = 60_000;

/**
 * Decides whether a download that failed goes on. A long one may fail any number of times as long as it gets somewhere;
 * too many failures without progress end it.
 */
export class Perseverance {
  readonly #host: Host;
  readonly #attempts: number;
  #failures = 0;
  #furthest: number;
  #lastFailure: number;

  /**
   * @param received how many bytes are there at the start
   * @param attempts how many failures without progress are too many
   */
  constructor(host: Host, received: number, attempts = ATTEMPTS) {
    this.#host = host;
    this.#attempts = attempts;
    this.#furthest = received;
    this.#lastFailure = host.clock.now();
  }

  /**
   * Waits until it is time to go on.
   * @param received how many bytes are there now
   * @throws the error when going on is not worth it
   */
  async afterFailure(error: unknown, received: number, signal: AbortSignal): Promise<void> {
    if (!(error instanceof TransientError)) throw error;
    const now = this.#host.clock.now();
    // Bytes that had been there before a restart are no progress: a server that always breaks off could go on for ever.
    const gained = received - this.#furthest;
    const progressed = gained >= PROGRESS || (gained > 0 && now - this.#lastFailure >= LONG);
    this.#failures = progressed ? 1 : this.#failures + 1;
    this.#furthest = Math.max(this.#furthest, received);
    this.#lastFailure = now;
    if (this.#failures >= this.#attempts) throw error;
    await pauseAfter(this.#host, error, this.#failures, signal);
  }
}
