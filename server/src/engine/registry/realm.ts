import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { DOCKER_HUB } from '../../domain/reference.ts';
import { isLoopback } from '../http/loopback.ts';
import { registryEndpoint } from './endpoint.ts';
import type { Repository } from './endpoint.ts';

/** Token servers that people have named themselves: registry → hosts (`HOST[:PORT]`). */
export type TokenServers = ReadonlyMap<string, readonly string[]>;

/** Registries whose tokens come from another host, as their operators document it. */
const KNOWN: TokenServers = new Map([
  [DOCKER_HUB, ['auth.docker.io']],
  ['registry.gitlab.com', ['gitlab.com']],
  ['docker.elastic.co', ['docker-auth.elastic.co']],
  ['registry.connect.redhat.com', ['sso.redhat.com']],
  ['registry.digitalocean.com', ['api.digitalocean.com']],
]);

/** Where a registry sends for its tokens. */
export interface Realm {
  readonly url: URL;
  /**
   * Whether credentials for the registry may be sent there: to the registry's own host, or one that is known to belong to it. Anything
   * else is the registry's word only, which whoever answers in its place could give.
   */
  readonly takesCredentials: boolean;
}

/**
 * Looks at the realm of a challenge before any credential is looked up. It is the registry's word only: it must not make Larder ask
 * what the registry itself could not.
 * @param allowHttp whether plain http may be used to any host; credentials never go over it
 * @throws LarderError E_AUTH_REALM when nothing at all may be asked there
 */
export function parseRealm(
  { registry, repository }: Repository,
  realm: string,
  named: TokenServers,
  allowHttp: boolean,
): Realm {
  const refuse = (why: string): LarderError =>
    new LarderError(
      'E_AUTH_REALM',
      `Larder could not get a token for ${registry}/${repository}: ${registry} sends for it to ${quote(realm)}, ${why}; tell whoever runs the registry.`,
    );
  if (!URL.canParse(realm)) throw refuse('which is no URL');
  const url = new URL(realm);
  if (url.username !== '' || url.password !== '') throw refuse('which carries credentials of its own');
  const { url: own } = registryEndpoint({ registry, repository }, '', false);
  if (isLoopback(url.hostname) && !isLoopback(own.hostname)) throw refuse('which is this machine');
  const isPrivate = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!isPrivate && !(url.protocol === 'http:' && allowHttp)) throw refuse('which is not https');
  const hosts = [...(KNOWN.get(registry) ?? []), ...(named.get(registry) ?? [])];
  const belongs = url.hostname === own.hostname || hosts.includes(url.host);
  return { url, takesCredentials: isPrivate && belongs };
}
