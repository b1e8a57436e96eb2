import type { Repository } from '../registry/endpoint.ts';
import type { CredentialSource, FoundCredential } from './credential.ts';
import { canonicalHost } from './registry-keys.ts';
import type { RktAuth } from './rkt-auth.ts';

/** rkt's credentials for registries (kind `dockerAuth`). */
export class RktDockerAuth implements CredentialSource {
  readonly #auth: RktAuth;

  constructor(auth: RktAuth) {
    this.#auth = auth;
  }

  async find({ registry }: Repository): Promise<FoundCredential | undefined> {
    const wanted = canonicalHost(registry);
    const file = await this.#auth.find('dockerAuth', (host) => canonicalHost(host) === wanted);
    if (file === undefined) return undefined;
    const { user, password } = file.credentials;
    return { credential: { kind: 'basic', username: user, password }, origin: file.path };
  }
}
