/** A child process with all that it starts, ended as one: an editor server left behind would hold its port and directories. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';

/** How long a group may take to end by itself, in milliseconds. */
const GRACE = 5_000;

export interface ProcessGroup {
  /** Resolves when the process has ended by itself; never rejects. */
  readonly exited: Promise<void>;
  /** Ends the process and everything it started, politely at first. */
  stop(): Promise<void>;
}

/** Starts `command` as the leader of a new process group, with its output in the file `log`. The group also ends with this process. */
export function startGroup(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  log: string,
): ProcessGroup {
  const output = openSync(log, 'a');
  const child = spawn(command, args, { env, detached: true, stdio: ['ignore', output, output] });
  const kill = (): void => signal(child, 'SIGKILL');
  process.once('exit', kill);
  const exited = once(child, 'exit').then(() => undefined);
  return {
    exited,
    async stop() {
      signal(child, 'SIGTERM');
      const timer = setTimeout(kill, GRACE);
      await exited;
      clearTimeout(timer);
      // The leader is gone; what it left behind goes too.
      kill();
      process.removeListener('exit', kill);
    },
  };
}

function signal(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch (error) {
    // Nothing of the group is left: that is what was wanted.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
