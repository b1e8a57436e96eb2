import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Interface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { LarderError } from '../domain/errors.ts';

/** Exit codes of every command (behaviour.md §10). */
export const EXIT = { done: 0, failed: 1, usage: 2, cancelled: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Whatever text is written to. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Everything a command may know of the process it runs in, so that tests can run commands without a process. */
export interface Terminal {
  /** Results only: IDs and documents. */
  readonly stdout: Output;
  /** Progress and messages. */
  readonly stderr: Output;
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `process.platform` */
  readonly platform: NodeJS.Platform;
  /** `process.arch` */
  readonly arch: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /**
   * Writes what is no text to standard output; resolves when there is room for more.
   * @throws the signal's reason
   */
  writeBytes(bytes: Uint8Array, signal: AbortSignal): Promise<void>;
  /**
   * Asks the user on standard error for a line.
   * @returns null when standard input is no terminal, so that there is nobody to ask
   */
  ask(question: string, signal: AbortSignal): Promise<string | null>;
  /** As {@link ask}, for what must not be seen: nothing of the answer is shown. */
  askSecret(question: string, signal: AbortSignal): Promise<string | null>;
  /** All of standard input. */
  readInput(signal: AbortSignal): Promise<string>;
  /** Runs something that the user may interrupt; the signal aborts with a LarderError E_CANCELLED. */
  cancellable<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** The terminal of this process. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env, platform, arch } = process;
  const now = (): number => Date.now();
  const others = { writeBytes, ask, askSecret, readInput, cancellable };
  return { stdout, stderr, cwd: process.cwd(), env, platform, arch, now, ...others };
}

async function writeBytes(bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (process.stdout.write(bytes)) return;
  try {
    await once(process.stdout, 'drain', { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY) return null;
  // Not as a terminal of its own: Ctrl-C stays with the process, and is heard by whoever has the signal.
  return answerTo(question, createInterface({ input, output, terminal: false }), signal);
}

async function askSecret(question: string, signal: AbortSignal): Promise<string | null> {
  const { stdin: input, stderr } = process;
  if (!input.isTTY) return null;
  // As a terminal of its own, so that the system does not show what is typed; what it would show itself goes nowhere.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output, terminal: true, historySize: 0 });
  // Then Ctrl-C is a key like any other.
  lines.on('SIGINT', () => process.emit('SIGINT', 'SIGINT'));
  // Only now, so that nobody types before.
  stderr.write(question);
  try {
    return await answerTo('', lines, signal);
  } finally {
    stderr.write('\n');
  }
}

async function answerTo(question: string, lines: Interface, signal: AbortSignal): Promise<string> {
  try {
    const end = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
    return await Promise.race([lines.question(question, { signal }), end]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    lines.close();
  }
}

async function readInput(signal: AbortSignal): Promise<string> {
  const { stdin } = process;
  const leave = (): void => void stdin.destroy();
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await text(stdin);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** The first Ctrl-C cancels in good order; the second ends the process at once, which the store stands. */
async function cancellable<T>(body: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const cancel = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.cancelled);
    controller.abort(new LarderError('E_CANCELLED', 'The command was cancelled.'));
  };
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  try {
    return await body(controller.signal);
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
  }
}
