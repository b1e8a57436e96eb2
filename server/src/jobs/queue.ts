import type { LimitFunction } from 'p-limit';
import { LarderError } from '../domain/errors.ts';
import type { FetchProgress } from '../engine/progress.ts';
import type { Watch } from './job.ts';

/** Does the work of a job. It stops soon after the signal aborts, and then rejects with E_CANCELLED. */
export type Work<T> = (watch: Watch) => Promise<T>;

/**
 * Runs one job a key, however many ask for it. Whoever asks while it runs joins it. Each asker cancels for itself;
 * the job stops when the last one has.
 */
export class JobQueue<T> {
  readonly #limit: LimitFunction;
  readonly #jobs = new Map<string, SharedJob<T>>();

  /** @param limit bounds how many jobs run at once; queues may share one */
  constructor(limit: LimitFunction) {
    this.#limit = limit;
  }

  /**
   * @param key names everything the work depends on
   * @throws LarderError E_CANCELLED when the watch's signal aborts
   */
  async run(key: string, work: Work<T>, watch: Watch): Promise<T> {
    if (watch.signal.aborted) throw cancelled();
    return this.#join(key, this.#jobs.get(key) ?? this.#start(key, work), watch);
  }

  #start(key: string, work: Work<T>): SharedJob<T> {
    const controller = new AbortController();
    const { signal } = controller;
    const watchers = new Set<Watch>();
    let started = false;
    let progress: FetchProgress | undefined;
    const onProgress = (now: FetchProgress): void => {
      progress = now;
      for (const watcher of watchers) watcher.onProgress(now);
    };
    const result = this.#limit(() => {
      // Everybody may have left while it waited for its turn.
      if (signal.aborted) throw cancelled();
      started = true;
      return work({ signal, onProgress });
    }).finally(() => this.#forget(key, job));
    const job: SharedJob<T> = {
      result,
      controller,
      watchers,
      started: () => started,
      progress: () => progress,
    };
    this.#jobs.set(key, job);
    return job;
  }

  async #join(key: string, job: SharedJob<T>, watch: Watch): Promise<T> {
    const { promise: left, reject } = Promise.withResolvers<never>();
    const leave = (): void => {
      job.watchers.delete(watch);
      const last = job.watchers.size === 0;
      // The last one waits for the end of what it started.
      if (!last || !job.started()) reject(cancelled());
      if (!last) return;
      // Whoever asks from now on starts anew.
      this.#forget(key, job);
      job.controller.abort();
    };
    job.watchers.add(watch);
    watch.signal.addEventListener('abort', leave, { once: true });
    const progress = job.progress();
    if (progress !== undefined) watch.onProgress(progress);
    try {
      return await Promise.race([job.result, left]);
    } finally {
      watch.signal.removeEventListener('abort', leave);
      job.watchers.delete(watch);
    }
  }

  #forget(key: string, job: SharedJob<T>): void {
    if (this.#jobs.get(key) === job) this.#jobs.delete(key);
  }
}

interface SharedJob<T> {
  readonly result: Promise<T>;
  readonly controller: AbortController;
  readonly watchers: Set<Watch>;
  /** Whether it has had its turn. */
  started(): boolean;
  /** The last progress, for who joins late. */
  progress(): FetchProgress | undefined;
}

function cancelled(): LarderError {
  return new LarderError('E_CANCELLED', 'The job was cancelled.');
}
