import { LarderError } from '../domain/errors.ts';
import { printable } from '../domain/quote.ts';
import type { FoundCredential } from '../engine/auth/credential.ts';
import type { Host } from '../engine/host.ts';
import { RegistriesConfFile } from '../engine/registry/registries-conf-file.ts';
import { registriesConfFiles } from '../engine/registry/registries-conf-places.ts';
import type { NamedHelpers } from '../engine/registry/registries-conf.ts';
import { printLine } from './print.ts';
import type { Terminal } from './terminal.ts';

/**
 * Looks for credentials as a fetch would, after they were saved or removed in one place.
 * @param registriesConf path of the file that may name helpers; empty for the usual places
 * @returns undefined when there are none, or a warning was printed because they cannot be read
 */
export async function findAgain(
  host: Host,
  terminal: Terminal,
  registry: string,
  registriesConf = '',
): Promise<FoundCredential | undefined> {
  const { Credentials } = await import('../engine/auth/credentials.ts');
  const { platform } = terminal;
  const conf = new RegistriesConfFile(host, registriesConfFiles(platform, host.env, registriesConf));
  const helpers = async (): Promise<NamedHelpers | null> => (await conf.read()).credentialHelpers;
  try {
    const credentials = new Credentials(host, platform, new Map(), helpers);
    return await credentials.find({ registry, repository: '' }, undefined);
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    // What was asked is done; a fetch would fail with this.
    printWarning(terminal, error.message);
    return undefined;
  }
}

export function printWarning({ stderr }: Terminal, words: string): void {
  printLine(stderr, printable(`warning: ${words}`));
}
