import type { Host } from '../engine/host.ts';
import { Keystore } from '../engine/trust/keystore.ts';
import { keystoreDirectories } from '../engine/trust/keystore-directories.ts';
import { shownLog } from './log.ts';
import { networkOf } from './network.ts';
import { SECURE } from './options.ts';
import type { Insecure } from './options.ts';
import { printLine } from './print.ts';
import type { Terminal } from './terminal.ts';

/** The trusted keys of whoever sits at a terminal, and the world to get more from. */
export async function openKeystore(
  terminal: Terminal,
  insecure: Insecure = SECURE,
): Promise<{ host: Host; keystore: Keystore }> {
  const { createHost } = await import('../host.ts');
  const log = shownLog((line) => printLine(terminal.stderr, line));
  const host = createHost({
    log,
    env: terminal.env,
    now: () => terminal.now(),
    network: networkOf(insecure),
  });
  return { host, keystore: new Keystore(host, keystoreDirectories(terminal.platform, terminal.env)) };
}
