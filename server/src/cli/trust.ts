import type { Command } from 'commander';
import { LarderError } from '../domain/errors.ts';
import { printable } from '../domain/quote.ts';
import type { Scope } from '../engine/trust/key-files.ts';
import { insecureOption, SECURE } from './options.ts';
import type { Insecure } from './options.ts';
import { printLine } from './print.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';
import { openKeystore } from './trust-keystore.ts';
import { addTrustList } from './trust-list.ts';
import { isYes, keyWords, trustQuestion } from './trust-review.ts';
import { addTrustRm } from './trust-rm.ts';
import { addScopeOptions, requiredScope, scopeWords } from './trust-scope.ts';
import type { ScopeOptions } from './trust-scope.ts';

interface TrustOptions extends ScopeOptions {
  readonly yes?: true;
  readonly skipFingerprintReview?: true;
  readonly insecureOptions?: Insecure;
}

/** `larder trust …` */
export function addTrust(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const trust = program
    .command('trust')
    .description(
      "trust keys to sign images, after a look at their fingerprints; prints the trusted keys' fingerprints",
    )
    .argument('[key...]', 'https URLs or paths of public keys; none: what the prefix publishes')
    .enablePositionalOptions();
  addScopeOptions(trust)
    .option('-y, --yes', 'do not ask: the fingerprints were compared before')
    .option('--skip-fingerprint-review', "rkt's word for --yes")
    .addOption(insecureOption())
    .action(async (keys: string[], options: TrustOptions) => {
      finish(await trustKeys(keys, options, terminal));
    });
  for (const add of [addTrustList, addTrustRm]) add(trust, terminal, finish);
}

async function trustKeys(
  named: readonly string[],
  options: TrustOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const scope = requiredScope(options);
  if (named.length === 0 && scope === null) {
    throw new LarderError('E_USAGE', 'larder trust --root needs a key: name its URL or its file.');
  }
  const insecure = options.insecureOptions ?? SECURE;
  const { host, keystore } = await openKeystore(terminal, insecure);
  const { KeySource } = await import('../engine/trust/key-source.ts');
  const source = new KeySource(host, insecure.pubkey);
  const unasked = options.yes ?? options.skipFingerprintReview ?? false;
  return terminal.cancellable(async (signal) => {
    const origins = named.length === 0 && scope !== null ? await source.discover(scope, signal) : named;
    let refused = false;
    for (const origin of origins) {
      for (const key of await source.read(origin, terminal.cwd, signal)) {
        printLine(terminal.stderr, keyWords(key, origin));
        // A key whose signatures would be refused is refused without asking.
        if (unasked || key.problem !== null || (await review(scope, terminal, signal))) {
          const path = await keystore.trust(scope, key);
          printLine(terminal.stderr, `Trusted for ${scopeWords(scope)}: ${printable(path)}`);
          printLine(terminal.stdout, key.fingerprint);
        } else {
          printLine(terminal.stderr, 'Not trusted.');
          refused = true;
        }
      }
    }
    return refused ? EXIT.failed : EXIT.done;
  });
}

async function review(scope: Scope, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const answer = await terminal.ask(trustQuestion(scope), signal);
  if (answer !== null) return isYes(answer);
  throw new LarderError(
    'E_USAGE',
    'The key was not trusted, because standard input is no terminal to ask on; compare its fingerprint and say --yes.',
  );
}
