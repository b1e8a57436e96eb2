import type { Dispatcher } from 'undici';
import type { Host, TlsIdentity } from '../host.ts';

/** Knows the TLS identity of a host: its own authorities, a client certificate. */
export interface Identities {
  /**
   * @param host `HOST[:PORT]`
   * @throws LarderError when what is configured for it cannot be used
   */
  identityFor(host: string): Promise<TlsIdentity | undefined>;
}

interface Made {
  readonly identity: TlsIdentity | undefined;
  readonly dispatcher: Dispatcher;
}

/** Ways to the network: the common one, and one for each host that has a TLS identity of its own. */
export class Dispatchers {
  readonly #host: Host;
  readonly #identities: Identities;
  readonly #made = new Map<string, Made>();

  constructor(host: Host, identities: Identities) {
    this.#host = host;
    this.#identities = identities;
  }

  /**
   * The way to one host.
   * @param verify whether its certificate is looked at
   * @throws LarderError as {@link Identities.identityFor}
   */
  async for({ protocol, host }: URL, verify: boolean): Promise<Dispatcher> {
    if (protocol !== 'https:') return this.#host.net;
    const identity = await this.#identities.identityFor(host);
    if (identity === undefined && verify) return this.#host.net;
    const key = `${host} ${verify ? 'verified' : 'unverified'}`;
    const made = this.#made.get(key);
    if (made !== undefined && made.identity === identity) return made.dispatcher;
    // Whoever still uses the former one finishes first.
    void made?.dispatcher.close();
    if (!verify)
      this.#host.log.warn(`The TLS certificate of ${host} is not verified, as registries.conf says.`);
    const { ca, client } = identity ?? { ca: [], client: null };
    const dispatcher = this.#host.netFor({ ca, client, verify });
    this.#made.set(key, { identity, dispatcher });
    return dispatcher;
  }

  /** Ends the connections. */
  async close(): Promise<void> {
    await Promise.all([...this.#made.values()].map(({ dispatcher }) => dispatcher.destroy()));
    this.#made.clear();
  }
}
