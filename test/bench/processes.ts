/** Commands as a user starts them: how long they take, and how much memory. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { LARDER } from './context.ts';

/** Between two looks at a process's memory, in milliseconds. The kernel keeps the peak: only what comes after the last look is missed. */
const LOOK = 20;

export interface Finished {
  /** From its start to its end. */
  readonly milliseconds: number;
  /** The most physical memory it had at any moment, in bytes. */
  readonly peakRss: number;
  readonly stdout: string;
}

/** Runs the bundled command line. */
export function larder(...args: readonly string[]): Promise<Finished> {
  return measure(process.execPath, LARDER, ...args);
}

/** Runs a command to its end; fails with what it said when it fails. */
export async function measure(command: string, ...args: readonly string[]): Promise<Finished> {
  const start = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  ).then((code) => ({ code, milliseconds: performance.now() - start }));
  const output = Promise.all([text(child.stdout), text(child.stderr)]);
  let peakRss = 0;
  while (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
    peakRss = Math.max(peakRss, await peakOf(child.pid));
    await Promise.race([sleep(LOOK), ended]);
  }
  const { code, milliseconds } = await ended;
  const [stdout, stderr] = await output;
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} exited with ${code ?? 'a signal'}: ${stderr}`);
  return { milliseconds, peakRss, stdout };
}

/** `VmHWM` of proc(5), in bytes; 0 when the process has ended. */
async function peakOf(pid: number): Promise<number> {
  try {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return 0;
    throw error;
  }
}
