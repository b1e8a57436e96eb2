import { LarderError } from '../domain/errors.ts';
import { printable } from '../domain/quote.ts';
import type { Host } from '../engine/host.ts';
import { inspectKeys } from '../engine/trust/inspect-keys.ts';
import { checkPrefix } from '../engine/trust/key-files.ts';
import { KeySource } from '../engine/trust/key-source.ts';
import type { Keystore } from '../engine/trust/keystore.ts';
import type { InspectKeysArguments, KeyFound, TrustArguments } from '../protocol.ts';

/** The two steps from a key that somebody published to one that is trusted. Between them a person compares fingerprints. */
export class TrustJobs {
  readonly #host: Host;
  readonly #keystore: Keystore;
  readonly #source: KeySource;

  constructor(host: Host, keystore: Keystore) {
    this.#host = host;
    this.#keystore = keystore;
    this.#source = new KeySource(host, false);
  }

  /**
   * Gets keys to look at.
   * @throws LarderError E_USAGE, E_DISCOVERY, E_KEY, E_TLS for plain http, E_FILE, or what can happen on the way
   */
  async inspect({ scope, key }: InspectKeysArguments, signal: AbortSignal): Promise<KeyFound[]> {
    if (scope !== null) checkPrefix(scope);
    const found: KeyFound[] = [];
    for (const origin of await this.#origins(scope, key, signal)) {
      for (const inspected of await this.#source.read(origin, '/', signal)) {
        const identities = inspected.identities.map(printable);
        found.push({ ...inspected, identities, origin: printable(origin) });
      }
    }
    return found;
  }

  /**
   * Trusts the key of this fingerprint, which is the one that a person has confirmed.
   * @returns the path of its file
   * @throws LarderError E_USAGE, E_KEY, E_FILE
   */
  async trust({ scope, fingerprint, armored }: TrustArguments): Promise<string> {
    const keys = await inspectKeys(Buffer.from(armored), 'the key', this.#host.clock.now());
    const confirmed = keys.find((key) => key.fingerprint === fingerprint);
    if (confirmed !== undefined) return this.#keystore.trust(scope, confirmed);
    throw new LarderError(
      'E_KEY',
      `No key was trusted, because the one that was sent has not the fingerprint ${fingerprint}; look at the key again.`,
    );
  }

  async #origins(
    scope: string | null,
    key: string | undefined,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    if (key !== undefined) return [key];
    if (scope !== null) return this.#source.discover(scope, signal);
    throw new LarderError('E_USAGE', 'Keys for all images are published nowhere; name a URL or a file.');
  }
}
