import { run } from '../../server/src/cli/run.ts';
import type { ExitCode, Output, Terminal } from '../../server/src/cli/terminal.ts';
import { NOW } from '../helpers/records.ts';

/** An output that keeps what is written. */
export class Kept implements Output {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 100;

  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }

  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

export interface Ran {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of linux/amd64, and at {@link NOW}. */
export function fakeTerminal(stdout: Output = new Kept(), stderr: Output = new Kept()): Terminal {
  return {
    ...{ stdout, stderr, cwd: '/', env: {}, platform: 'linux', arch: 'x64' },
    now: () => NOW,
    // A byte is a character.
    writeBytes: (bytes) => Promise.resolve(void stdout.write(Buffer.from(bytes).toString('latin1'))),
    ask: () => Promise.resolve(null),
    askSecret: () => Promise.resolve(null),
    readInput: () => Promise.resolve(''),
    cancellable: (body) => body(new AbortController().signal),
  };
}

/** Runs a command line in this process, at a {@link fakeTerminal} unless `over` says otherwise. */
export async function larder(args: readonly string[], over: Partial<Terminal> = {}): Promise<Ran> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const code = await run(args, { ...fakeTerminal(stdout, stderr), ...over });
  return { code, stdout: stdout.text, stderr: stderr.text };
}
