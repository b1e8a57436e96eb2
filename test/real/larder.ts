/** The bundled command line, run as a user runs it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const LARDER = join(import.meta.dirname, '../../dist/larder.js');

export interface Finished {
  /** The exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly running: boolean;
  readonly finished: Promise<Finished>;
  /** SIGKILL: no handler of the process runs. */
  kill(): void;
}

/** The world of a run, as far as it is not this process's. */
export interface LarderWorld {
  /** All of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** What it can read from standard input. */
  readonly input?: string;
}

/** Starts `larder` with these arguments. */
export function startLarder(...args: readonly string[]): Running {
  return startLarderIn({}, ...args);
}

/** The same in a world of its own. */
export function startLarderIn(
  { env = process.env as Record<string, string>, input = '' }: LarderWorld,
  ...args: readonly string[]
): Running {
  const child = spawn(process.execPath, [LARDER, ...args], { env, stdio: 'pipe' });
  // Who reads nothing may be gone before it is written.
  child.stdin.on('error', () => undefined).end(input);
  const exit = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  const finished = Promise.all([exit, text(child.stdout), text(child.stderr)]).then(
    ([code, stdout, stderr]) => ({ code, stdout, stderr }),
  );
  return {
    get running() {
      return child.exitCode === null && child.signalCode === null;
    },
    finished,
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Runs `larder` and returns its standard output; fails with what it said when it does not exit with 0. */
export async function larder(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await startLarder(...args).finished;
  if (code !== 0) throw new Error(`larder ${args.join(' ')} exited with ${code ?? 'a signal'}: ${stderr}`);
  return stdout;
}
