import { LarderError } from '../../domain/errors.ts';
import { printable } from '../../domain/quote.ts';
import { familiarRegistry } from '../../domain/registry-name.ts';
import type { FoundCredential } from '../auth/credential.ts';
import type { Denial } from '../http/network-error.ts';

/**
 * Whose word a request had: a credential's or nobody's; nobody's, because its realm is not known to belong to the registry, or because
 * the registry does not speak TLS.
 */
export type Bearer = FoundCredential | 'nobody' | 'over-plain-http' | { readonly strangeRealm: URL };

/** What it means that a registry does not give a repository to whoever asks. */
export function denialOf(registry: string, bearer: Bearer): Denial {
  const name = familiarRegistry(registry);
  if (bearer === 'nobody') {
    const why = `it does not exist, or needs credentials, and none were found for ${name}`;
    return { code: 'E_AUTH_REQUIRED', why, next: `sign in with: larder login ${name}`, subject: name };
  }
  if (bearer === 'over-plain-http') {
    const why = 'it does not exist, or needs credentials, and none are sent over plain http';
    return { code: 'E_AUTH_REALM', why, next: 'it must speak https', subject: name };
  }
  if ('strangeRealm' in bearer) {
    const { host } = bearer.strangeRealm;
    const why = `it sends for its tokens to ${host}, which is not known to be its token server, so no credentials were looked for`;
    const next = `if it is, name it in larder.registry.tokenServers or with --token-server ${name}=${host}`;
    return { code: 'E_AUTH_REALM', why, next, subject: name };
  }
  const why = `it does not exist, or ${whose(bearer)} do not allow it`;
  const next = `sign in as somebody who may: larder login ${name}`;
  return { code: 'E_AUTH_REFUSED', why, next, subject: name };
}

export function refusal(registry: string, found: FoundCredential): LarderError {
  const name = familiarRegistry(registry);
  return new LarderError(
    'E_AUTH_REFUSED',
    `${name} refuses ${whose(found)}; sign in again with: larder login ${name}.`,
    undefined,
    registry,
  );
}

/** `the credentials of carly from the editor's secret storage`; who it is, never what proves it. */
function whose({ credential, origin }: FoundCredential): string {
  const whose = credential.kind === 'basic' ? ` of ${printable(credential.username)}` : '';
  return `the credentials${whose} from ${printable(origin)}`;
}

export function overPlainHttp(registry: string): LarderError {
  return new LarderError(
    'E_TLS',
    `${registry} asks for credentials over plain http, over which anybody on the way could read them, so Larder sends none; it must speak https.`,
  );
}

export function needsPassword(registry: string, found: FoundCredential): LarderError {
  return new LarderError(
    'E_CREDENTIALS',
    `${registry} asks for a user name and a password, and ${printable(found.origin)} has only a token for it; sign in with: larder login ${registry}.`,
    undefined,
    registry,
  );
}
