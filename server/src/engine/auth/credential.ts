import type { Repository } from '../registry/endpoint.ts';

/** What proves to a registry who asks. Never logged, never part of a message. */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** An OAuth 2 refresh token, which the token server takes (docker's `identitytoken`). */
  | { readonly kind: 'identity-token'; readonly token: string }
  /** A bearer token for the registry itself (docker's `registrytoken`). */
  | { readonly kind: 'registry-token'; readonly token: string };

/** A credential and where it is from, which may be told: a path, a helper's name. */
export interface FoundCredential {
  readonly credential: Credential;
  readonly origin: string;
}

/** A place where credentials are. */
export interface CredentialSource {
  /**
   * @returns undefined when this place has none for the repository
   * @throws LarderError E_CREDENTIALS when there is something for it that cannot be used
   */
  find(repository: Repository, signal: AbortSignal | undefined): Promise<FoundCredential | undefined>;
}
