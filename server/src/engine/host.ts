import type * as fs from 'node:fs/promises';
import type { Dispatcher } from 'undici';

/** Time, so that tests own it: freshness is time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Resolves after `ms` milliseconds.
   * @throws the signal's reason when it aborts first
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Where the engine writes what only a maintainer wants to read. Never secrets. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/**
 * Every power the engine has over the outside world. Only the command line, the server and tests build one; nothing below
 * reads `process`, the clock or the environment on its own.
 */
export interface Host {
  readonly fs: typeof fs;
  /** Sends HTTP requests: an agent, or one that goes through a proxy. */
  readonly net: Dispatcher;
  readonly clock: Clock;
  /** Uniform in [0, 1), for jitter and temporary names. */
  random(): number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}
