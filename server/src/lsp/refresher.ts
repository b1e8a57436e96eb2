/** How long changes may gather before they are shown, in milliseconds. */
const SETTLE = 50;
/** No two refreshes by the passing of time alone come closer than this, in milliseconds: many ages change at many moments. */
const MIN_INTERVAL = 5_000;
/** The longest delay of a timer, in milliseconds. */
const MAX_DELAY = 2 ** 31 - 1;

export interface Refreshable {
  /** Tells the client to ask again for all that it shows. */
  refresh(): void;
  /** When something shown changes by itself: milliseconds since the epoch, or null. */
  nextChange(): number | null;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** Has what editors show asked for again when it has become untrue: at once when told to, and when its time has come. */
export class Refresher {
  readonly #shown: Refreshable;
  #soon: NodeJS.Timeout | undefined;
  #later: NodeJS.Timeout | undefined;
  /** The last refresh by the passing of time. */
  #timedAt = -Infinity;

  constructor(shown: Refreshable) {
    this.#shown = shown;
  }

  /** The store, the settings or what is known of them has changed. */
  request(): void {
    clearTimeout(this.#later);
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      this.#refresh();
    }, SETTLE).unref();
  }

  /** Other documents or texts are shown now: the next change by itself may be another one. */
  reschedule(): void {
    if (this.#soon !== undefined) return;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.#schedule(), SETTLE).unref();
  }

  dispose(): void {
    clearTimeout(this.#soon);
    clearTimeout(this.#later);
  }

  #refresh(): void {
    this.#shown.refresh();
    this.#schedule();
  }

  #schedule(): void {
    const at = this.#shown.nextChange();
    if (at === null) return;
    const delay = Math.max(at, this.#timedAt + MIN_INTERVAL) - this.#shown.now();
    this.#later = setTimeout(
      () => {
        this.#timedAt = this.#shown.now();
        this.#refresh();
      },
      Math.min(Math.max(0, delay), MAX_DELAY),
    ).unref();
  }
}
