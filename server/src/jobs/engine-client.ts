import { isDeepStrictEqual } from 'node:util';
import type { Log } from '../engine/host.ts';
import { EngineThread } from './engine-thread.ts';
import type { JobKind, JobOf, ResultOf, Watch } from './job.ts';
import type { EngineConfig } from './messages.ts';
import type { HostLimit } from '../protocol.ts';

/** How long an idle engine keeps its thread and its memory, in milliseconds. */
const IDLE_TIME = 60_000;
/** How long a closing engine may take to sync its store, in milliseconds. */
const CLOSE_TIME = 2_000;

/**
 * The main thread's side of the engine: starts its thread at the first job, again after a crash, and another one when
 * the configuration has changed. Jobs that run end under the configuration they began with.
 */
export class EngineClient {
  readonly #script: URL;
  readonly #log: Log;
  readonly #threads = new Set<EngineThread>();
  #current: { readonly thread: EngineThread; readonly config: EngineConfig } | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #limits: readonly HostLimit[] = [];
  #onLimits: () => void = () => undefined;

  /** @param script URL of engine-worker */
  constructor(script: URL, log: Log) {
    this.#script = script;
    this.#log = log;
  }

  /** What hosts say about how often they may be asked, as it was last heard. */
  get limits(): readonly HostLimit[] {
    return this.#limits;
  }

  /** @param listener told when {@link limits} have changed */
  onLimits(listener: () => void): void {
    this.#onLimits = listener;
  }

  /** @throws LarderError whatever the engine throws, and E_INTERNAL when its thread crashes */
  async run<K extends JobKind>(config: EngineConfig, job: JobOf<K>, watch: Watch): Promise<ResultOf[K]> {
    clearTimeout(this.#idleTimer);
    const thread = this.#threadFor(config);
    try {
      return await thread.run(job, watch);
    } finally {
      this.#rest(thread);
    }
  }

  /** Cancels every job and ends every thread, by force when they take too long. */
  async close(): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#current = undefined;
    await Promise.all([...this.#threads].map((thread) => closeSoon(thread)));
  }

  #threadFor(config: EngineConfig): EngineThread {
    if (this.#current !== undefined) {
      if (isDeepStrictEqual(this.#current.config, config)) return this.#current.thread;
      const { thread } = this.#current;
      this.#current = undefined;
      if (thread.idle) void closeSoon(thread);
    }
    const thread = new EngineThread(this.#script, config, this.#log, {
      onEnd: () => {
        this.#threads.delete(thread);
        if (this.#current?.thread === thread) this.#current = undefined;
      },
      onLimits: (limits) => {
        this.#limits = limits;
        this.#onLimits();
      },
    });
    this.#threads.add(thread);
    this.#current = { thread, config };
    return thread;
  }

  /** After a job: a thread of a former configuration ends, the current one ends when nothing follows for a while. */
  #rest(thread: EngineThread): void {
    if (!thread.idle) return;
    if (this.#current?.thread !== thread) {
      void closeSoon(thread);
      return;
    }
    this.#idleTimer = setTimeout(() => {
      if (!thread.idle || this.#current?.thread !== thread) return;
      this.#current = undefined;
      void closeSoon(thread);
    }, IDLE_TIME);
    this.#idleTimer.unref();
  }
}

async function closeSoon(thread: EngineThread): Promise<void> {
  const timer = setTimeout(() => void thread.terminate(), CLOSE_TIME);
  try {
    await thread.close();
  } finally {
    clearTimeout(timer);
  }
}
