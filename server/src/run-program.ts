import { spawn } from 'node:child_process';
import type { Host, ProgramCall, ProgramEnd } from './engine/host.ts';

/** More output than this is no answer of a credential helper. Characters. */
const OUTPUT_LIMIT = 1 << 20;

/** How long output is waited for when the program has ended. Milliseconds. */
const LAST_WORDS = 500;

/**
 * Runs a program without a shell, with all of its input at once.
 * @throws NodeJS.ErrnoException when it cannot be started; the signal's reason when it aborts first
 */
export async function runProgram(
  { file, args, input, timeout, signal }: ProgramCall,
  env: Host['env'],
): Promise<ProgramEnd> {
  signal?.throwIfAborted();
  const child = spawn(file, args, { env: { ...env }, windowsHide: true, stdio: 'pipe' });
  let timedOut = false;
  const kill = (): void => void child.kill('SIGKILL');
  const timer = setTimeout(() => {
    timedOut = true;
    kill();
  }, timeout);
  signal?.addEventListener('abort', kill, { once: true });
  // Who does not read its input closes it; that is its right.
  child.stdin.on('error', () => undefined).end(input);
  const stdout = gather(child.stdout);
  const stderr = gather(child.stderr);
  try {
    const exitCode = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
      // What it has started itself, an agent say, may keep its pipes open for ever.
      child.once('exit', (code) => setTimeout(() => resolve(code), LAST_WORDS).unref());
    });
    signal?.throwIfAborted();
    return { exitCode, timedOut, stdout: stdout(), stderr: stderr() };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
    for (const stream of [child.stdout, child.stderr]) stream.destroy();
  }
}

/** @returns what came so far, up to the limit */
function gather(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (piece: string) => {
    text = (text + piece).slice(0, OUTPUT_LIMIT);
  });
  return () => text;
}
