import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { LayerTasks } from './layer-task.ts';

/** What a worker answers to a task. */
export interface WorkerAnswer {
  readonly result?: unknown;
  readonly error?: { readonly code: ErrorCode; readonly message: string };
}

interface Job {
  readonly task: unknown;
  readonly transfer: readonly ArrayBuffer[];
  readonly signal: AbortSignal | undefined;
  readonly settle: (outcome: Promise<unknown>) => void;
}

const MOST_WORKERS = 4;

/** Inflated pieces are short-lived: the smaller their nursery, the sooner their memory is used again. Halves peak memory. */
const YOUNG_GENERATION_MB = 2;

/** Worker threads for layers. Started when first needed and kept; idle ones do not keep the process alive. */
export class WorkerPool {
  readonly #size: number;
  readonly #idle: Worker[] = [];
  readonly #queue: Job[] = [];
  readonly #all = new Set<Worker>();

  constructor(size: number = Math.min(MOST_WORKERS, availableParallelism())) {
    this.#size = size;
  }

  /**
   * Runs a task on the next free worker.
   * @param transfer buffers in the task that are moved instead of copied
   * @param signal an abort ends the worker at once, wherever it is
   * @throws LarderError of the task; the signal's reason
   */
  async run<K extends keyof LayerTasks>(
    task: LayerTasks[K]['task'] & { readonly kind: K },
    transfer: readonly ArrayBuffer[],
    signal: AbortSignal | undefined,
  ): Promise<LayerTasks[K]['result']> {
    signal?.throwIfAborted();
    return new Promise((resolve) => {
      this.#queue.push({ task, transfer, signal, settle: resolve as Job['settle'] });
      this.#next();
    });
  }

  /** Ends all workers; tasks that are running or waiting fail with E_CANCELLED. */
  async close(): Promise<void> {
    for (const job of this.#queue.splice(0)) job.settle(Promise.reject(cancelled()));
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#idle.length === 0 && this.#all.size >= this.#size) return;
    const job = this.#queue.shift();
    if (job === undefined) return;
    if (job.signal?.aborted === true) {
      job.settle(Promise.reject(job.signal.reason as Error));
      this.#next();
      return;
    }
    this.#start(this.#idle.pop() ?? this.#spawn(), job);
  }

  #spawn(): Worker {
    const worker = new Worker(workerUrl(), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION_MB },
    });
    this.#all.add(worker);
    worker.once('exit', () => {
      this.#all.delete(worker);
      const at = this.#idle.indexOf(worker);
      if (at >= 0) this.#idle.splice(at, 1);
      this.#next();
    });
    return worker;
  }

  #start(worker: Worker, job: Job): void {
    const { signal } = job;
    const finish = (outcome: Promise<unknown>): void => {
      worker.removeAllListeners('message').removeAllListeners('error').off('exit', onExit);
      signal?.removeEventListener('abort', onAbort);
      job.settle(outcome);
    };
    const onExit = (): void => {
      const reason = signal?.aborted === true ? (signal.reason as Error) : cancelled();
      finish(Promise.reject(reason));
    };
    // Settled when the worker is gone, so that its files can be removed then.
    const onAbort = (): void => void worker.terminate();
    worker.ref();
    worker.once('message', ({ result, error }: WorkerAnswer) => {
      worker.unref();
      this.#idle.push(worker);
      finish(
        error === undefined
          ? Promise.resolve(result)
          : Promise.reject(new LarderError(error.code, error.message)),
      );
      this.#next();
    });
    worker.once('error', (error) => {
      finish(Promise.reject(crashed(error)));
    });
    worker.once('exit', onExit);
    signal?.addEventListener('abort', onAbort, { once: true });
    worker.postMessage(job.task, job.transfer);
  }
}

/** The bundle has the worker beside the entry points, one level above what they share; the sources have it here. */
function workerUrl(): URL {
  const here = import.meta.url;
  if (here.endsWith('.ts')) return new URL('./layer-worker.ts', here);
  return new URL(/\/chunks\/[^/]+$/.test(here) ? '../layer-worker.js' : './layer-worker.js', here);
}

function cancelled(): LarderError {
  return new LarderError('E_CANCELLED', 'The conversion of an image was cancelled.');
}

function crashed(cause: unknown): LarderError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LarderError(
    'E_INTERNAL',
    `A worker thread failed while it converted an image: ${reason}.`,
    cause,
  );
}
