import type { FetchProgress, OnProgress } from '../progress.ts';

/** What people want to know first of several images. */
const PHASES: readonly FetchProgress['phase'][] = ['download', 'convert', 'store', 'render', 'resolve'];

/** One progress for all images of a pod. */
export class PodProgress {
  readonly #onProgress: OnProgress;
  readonly #images = new Map<string, FetchProgress>();
  readonly #resting = new Set<string>();
  #received = 0;

  constructor(onProgress: OnProgress) {
    this.#onProgress = onProgress;
  }

  /** @param name of the image's app */
  update(name: string, progress: FetchProgress): void {
    this.#resting.delete(name);
    const before = this.#images.get(name);
    // What an image has downloaded stays, whatever it does then.
    const kept = { received: before?.received ?? 0, total: before?.total ?? null };
    this.#images.set(name, progress.phase === 'render' ? { ...progress, ...kept } : progress);
    this.#report();
  }

  /** An image is in the store, and nothing more happens to it for now. */
  rest(name: string): void {
    this.#resting.add(name);
  }

  #report(): void {
    const images = [...this.#images.values()];
    const active = [...this.#images].flatMap(([name, { phase }]) => (this.#resting.has(name) ? [] : [phase]));
    const phase = PHASES.find((candidate) => active.includes(candidate)) ?? 'resolve';
    this.#received = Math.max(this.#received, sum(images.map(({ received }) => received)));
    const totals = images.flatMap(({ total, phase: at }) => (at === 'resolve' ? [] : [total]));
    const total = totals.includes(null) || totals.length === 0 ? null : sum(totals.map(Number));
    this.#onProgress({ phase, received: this.#received, total: total && Math.max(total, this.#received) });
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}
