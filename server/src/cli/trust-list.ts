import type { Command } from 'commander';
import type { TrustedKey } from '../engine/trust/keystore.ts';
import { jsonOption } from './options.ts';
import { printJson, printLine, table } from './print.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';
import { openKeystore } from './trust-keystore.ts';

const HEADINGS = ['FINGERPRINT', 'PREFIX', 'IDENTITY', 'STATE', 'FILE'];

/** `larder trust list` */
export function addTrustList(trust: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  trust
    .command('list')
    .description('list the trusted keys and what they are trusted for')
    .addOption(jsonOption())
    .action(async ({ json }: { json?: true }) => {
      const { keystore } = await openKeystore(terminal);
      const keys = await keystore.list();
      if (json) printJson(terminal, keys.map(keyJson));
      else if (keys.length === 0) printLine(terminal.stderr, 'No keys are trusted.');
      else printLine(terminal.stdout, table(HEADINGS, keys.map(cells)));
      finish(EXIT.done);
    });
}

function cells({ file, key }: TrustedKey): string[] {
  const { fingerprint, identities, problem } = key;
  return [fingerprint, file.scope ?? '(all)', identities[0] ?? '-', problem ?? 'valid', file.path];
}

function keyJson({ file, key }: TrustedKey): object {
  const { fingerprint, subkeys, identities, algorithm, created, expires, problem } = key;
  return {
    fingerprint,
    prefix: file.scope,
    subkeys,
    identities,
    algorithm,
    created: new Date(created).toISOString(),
    expires: expires === null ? null : new Date(expires).toISOString(),
    problem,
    path: file.path,
  };
}
