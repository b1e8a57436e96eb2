import type { Command } from 'commander';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LarderError } from '../domain/errors.ts';
import { printable, quote } from '../domain/quote.ts';
import type { Host } from '../engine/host.ts';
import type { InspectedKey } from '../engine/trust/inspect-keys.ts';
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
    .argument('[key...]', 'https URLs or paths of public keys')
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
  origins: readonly string[],
  options: TrustOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const scope = requiredScope(options);
  if (origins.length === 0)
    throw new LarderError('E_USAGE', 'larder trust needs a key: name its URL or its file.');
  const { host, keystore } = await openKeystore(terminal, options.insecureOptions);
  const unasked = options.yes ?? options.skipFingerprintReview ?? false;
  return terminal.cancellable(async (signal) => {
    let refused = false;
    for (const origin of origins) {
      for (const key of await keysFrom(origin, options.insecureOptions ?? SECURE, host, terminal, signal)) {
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

async function keysFrom(
  origin: string,
  { pubkey }: Insecure,
  host: Host,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<InspectedKey[]> {
  const [{ inspectKeys }, { downloadKey, readKeyFile }, { HttpClient }] = await Promise.all([
    import('../engine/trust/inspect-keys.ts'),
    import('../engine/trust/read-key.ts'),
    import('../engine/http/http-client.ts'),
  ]);
  const url = urlOf(origin);
  const bytes =
    typeof url === 'string'
      ? await readKeyFile(host, resolve(terminal.cwd, url))
      : await downloadKey(host, new HttpClient(host, { allowHttp: pubkey }), url, signal);
  return inspectKeys(bytes, quote(origin), terminal.now());
}

/** @returns a path where it is no URL of the web */
function urlOf(origin: string): URL | string {
  if (/^file:\/\//i.test(origin)) return fileURLToPath(origin);
  if (!/^https?:\/\//i.test(origin)) return origin;
  if (!URL.canParse(origin)) throw new LarderError('E_USAGE', `${quote(origin)} is no URL of a key.`);
  const url = new URL(origin);
  if (url.username === '' && url.password === '') return url;
  // Not repeated: it may hold a password.
  throw new LarderError(
    'E_USAGE',
    `The URL of a key on ${url.host} holds a user name or password; download it yourself.`,
  );
}

async function review(scope: Scope, terminal: Terminal, signal: AbortSignal): Promise<boolean> {
  const answer = await terminal.ask(trustQuestion(scope), signal);
  if (answer !== null) return isYes(answer);
  throw new LarderError(
    'E_USAGE',
    'The key was not trusted, because standard input is no terminal to ask on; compare its fingerprint and say --yes.',
  );
}
