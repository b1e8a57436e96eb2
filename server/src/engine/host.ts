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

/** A program to run: a credential helper. Never through a shell. */
export interface ProgramCall {
  /** Absolute path. */
  readonly file: string;
  readonly args: readonly string[];
  /** All of its standard input. Secrets go here, since anybody on the machine can read arguments. */
  readonly input: string;
  /** Milliseconds after which it is killed. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ProgramEnd {
  /** Null when a signal ended it. */
  readonly exitCode: number | null;
  /** Whether it was killed because it took too long. */
  readonly timedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** How TLS is spoken with one host, beyond what holds for all. */
export interface TlsIdentity {
  /** Certificate authorities to trust besides those of the system, PEM. */
  readonly ca: readonly string[];
  /** Client certificate and its key, PEM. */
  readonly client: { readonly cert: string; readonly key: string } | null;
  /** Whether the server's certificate is looked at. */
  readonly verify: boolean;
}

/**
 * Every power the engine has over the outside world. Only the command line, the server and tests build one; nothing below
 * reads `process`, the clock or the environment on its own.
 */
export interface Host {
  readonly fs: typeof fs;
  /** Sends HTTP requests: an agent, or one that goes through a proxy. */
  readonly net: Dispatcher;
  /** Another way to the network, through the same proxy, for a host with a TLS identity of its own. Whoever asks closes it. */
  netFor(identity: TlsIdentity): Dispatcher;
  /**
   * Runs a program to its end.
   * @throws NodeJS.ErrnoException when it cannot be started; the signal's reason when it aborts first
   */
  run(program: ProgramCall): Promise<ProgramEnd>;
  readonly clock: Clock;
  /** Uniform in [0, 1), for jitter and temporary names. */
  random(): number;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}
