import type { Command } from 'commander';
import { LarderError } from '../domain/errors.ts';
import { quote } from '../domain/quote.ts';
import { parseFingerprint } from '../engine/trust/key-files.ts';
import { asArgument } from './options.ts';
import { printLine } from './print.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';
import { openKeystore } from './trust-keystore.ts';
import { addScopeOptions, scopeOf, scopeWords } from './trust-scope.ts';
import type { ScopeOptions } from './trust-scope.ts';

const DONE = {
  removed: 'No longer trusted for',
  masked: 'Trusted by the system, and masked for you, for',
} as const;

/** `larder trust rm FINGERPRINT` */
export function addTrustRm(trust: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = trust
    .command('rm')
    .description(
      'trust a key no longer: for the images named by --prefix or --root, else for all that it is trusted for',
    )
    .argument(
      '<fingerprint>',
      'the whole fingerprint, as larder trust list prints it',
      asArgument(fingerprintOf),
    );
  addScopeOptions(command).action(async (fingerprint: string, options: ScopeOptions) => {
    const { keystore } = await openKeystore(terminal);
    const asked = scopeOf(options);
    const scopes =
      asked === undefined
        ? (await keystore.list()).flatMap(({ file, key }) =>
            key.fingerprint === fingerprint ? [file.scope] : [],
          )
        : [asked];
    if (scopes.length === 0) {
      throw new LarderError(
        'E_NOT_FOUND',
        `The key ${fingerprint} is not trusted; larder trust list shows what is.`,
      );
    }
    for (const scope of scopes) {
      printLine(terminal.stderr, `${DONE[await keystore.untrust(scope, fingerprint)]} ${scopeWords(scope)}.`);
    }
    printLine(terminal.stdout, fingerprint);
    finish(EXIT.done);
  });
}

function fingerprintOf(text: string): string {
  const fingerprint = parseFingerprint(text);
  if (fingerprint !== undefined) return fingerprint;
  throw new LarderError('E_USAGE', `${quote(text)} is no fingerprint: it has 40 or 64 hexadecimal digits`);
}
