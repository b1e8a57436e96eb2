import { Worker } from 'node:worker_threads';
import { LarderError } from '../domain/errors.ts';
import type { Log } from '../engine/host.ts';
import type { JobKind, JobOf, ResultOf, Watch } from './job.ts';
import type { EngineConfig, FromWorker, ToWorker } from './messages.ts';
import type { HostLimit } from '../protocol.ts';

interface Pending {
  readonly watch: Watch;
  resolve(result: unknown): void;
  reject(error: LarderError): void;
}

export interface ThreadListener {
  /** Called once, when the thread is gone. */
  onEnd(): void;
  /** Told what hosts say about how often they may be asked, whenever it changes. */
  onLimits(limits: readonly HostLimit[]): void;
}

/**
 * One thread with an engine in it. It starts at once, and ends when told to, or by crashing: then every job that it had
 * fails, and so does every later one.
 */
export class EngineThread {
  readonly #worker: Worker;
  readonly #log: Log;
  readonly #listener: ThreadListener;
  readonly #pending = new Map<number, Pending>();
  readonly #ended: Promise<void>;
  #lastId = 0;

  /**
   * @param script the bundle of engine-worker.ts, or engine-worker.ts itself
   * @param listener told what concerns no single job
   */
  constructor(script: URL, config: EngineConfig, log: Log, listener: ThreadListener) {
    this.#log = log;
    this.#listener = listener;
    this.#worker = new Worker(script, { workerData: config, name: 'larder-engine' });
    this.#worker.on('message', (message: FromWorker) => this.#receive(message));
    let reason = 'it ended by itself';
    this.#worker.on('error', (error) => {
      reason = error.message;
      log.error(`The engine's thread crashed: ${error.stack ?? error.message}`);
    });
    this.#ended = new Promise((resolve) => {
      this.#worker.on('exit', () => {
        this.#failAll(reason);
        listener.onEnd();
        resolve();
      });
    });
  }

  get idle(): boolean {
    return this.#pending.size === 0;
  }

  async run<K extends JobKind>(job: JobOf<K>, watch: Watch): Promise<ResultOf[K]> {
    const id = ++this.#lastId;
    const cancel = (): void => this.#send({ type: 'cancel', id });
    const result = new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, { watch, resolve, reject });
    });
    // The worker is our own: what it answers to a job of kind K is a ResultOf<K>.
    this.#send({ type: 'run', id, job });
    watch.signal.addEventListener('abort', cancel, { once: true });
    try {
      return (await result) as ResultOf[K];
    } finally {
      watch.signal.removeEventListener('abort', cancel);
      this.#pending.delete(id);
    }
  }

  /** Cancels what runs, lets the store close, and resolves when the thread is gone. */
  async close(): Promise<void> {
    this.#send({ type: 'close' });
    await this.#ended;
  }

  /** Ends the thread at once. The store stands that, as it stands a kill. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #send(message: ToWorker): void {
    this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    if (message.type === 'log') {
      this.#log[message.level](message.message);
      return;
    }
    if (message.type === 'limits') {
      this.#listener.onLimits(message.limits);
      return;
    }
    const pending = this.#pending.get(message.id);
    if (pending === undefined) return;
    switch (message.type) {
      case 'progress':
        pending.watch.onProgress(message.progress);
        break;
      case 'done':
        pending.resolve(message.result);
        break;
      case 'failed':
        pending.reject(new LarderError(message.code, message.message, undefined, message.subject));
        break;
    }
  }

  #failAll(reason: string): void {
    const message = `The fetch engine stopped unexpectedly (${reason}); try again, it starts anew.`;
    for (const pending of this.#pending.values()) pending.reject(new LarderError('E_INTERNAL', message));
    this.#pending.clear();
  }
}
