import type { Host } from '../engine/host.ts';
import { shownLog } from './log.ts';
import { networkOf } from './network.ts';
import { SECURE } from './options.ts';
import type { Insecure } from './options.ts';
import { printLine } from './print.ts';
import type { Terminal } from './terminal.ts';

/** The world of whoever signs in or out. */
export async function loginHost(terminal: Terminal, insecure: Insecure = SECURE): Promise<Host> {
  const { createHost } = await import('../host.ts');
  const log = shownLog((line) => printLine(terminal.stderr, line));
  return createHost({ log, env: terminal.env, now: () => terminal.now(), network: networkOf(insecure) });
}
