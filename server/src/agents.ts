import { createSecureContext, getCACertificates } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { EnvHttpProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { connectionsTo, connectionsToProxy } from './connectors.ts';
import { LarderError } from './domain/errors.ts';
import type { Host, TlsIdentity } from './engine/host.ts';
import type { NetworkSnapshot } from './protocol.ts';

/** As any host is spoken to. */
export const NO_IDENTITY: TlsIdentity = { ca: [], client: null, verify: true };

/**
 * Makes ways to the network, all through the same proxies, and each with the TLS identity that it is made for.
 * @param network the editor's settings; null: the environment decides
 * @param certificates more authorities to trust, PEM
 * @throws LarderError E_PROXY when the proxy's address cannot be read
 */
export function agentMaker(
  env: Host['env'],
  network: NetworkSnapshot | null,
  certificates: readonly string[],
): (identity: TlsIdentity) => Dispatcher {
  const proxies = proxiesOf(env, network);
  const shared = sharedTls(network, certificates);
  return (identity) => createAgent(proxies, shared(), identity);
}

/** What TLS with any host begins with: whether certificates are looked at, and whose word counts for them. */
interface SharedTls {
  readonly verify: boolean;
  /** PEM; empty for Node's own list. */
  readonly authorities: readonly string[];
}

/**
 * The editor tells which authorities the system has, as its settings want it; without an editor they all count, as for every
 * other program.
 */
function sharedTls(network: NetworkSnapshot | null, certificates: readonly string[]): () => SharedTls {
  let shared: SharedTls | undefined;
  return () =>
    (shared ??= {
      verify: network?.strictSSL !== false,
      authorities: [...(network?.certificates ?? getCACertificates('system')), ...certificates],
    });
}

function createAgent(proxies: Proxies, shared: SharedTls, identity: TlsIdentity): EnvHttpProxyAgent {
  const tls = tlsOptions(
    identity.verify && shared.verify,
    [...shared.authorities, ...identity.ca],
    identity.client,
  );
  return new EnvHttpProxyAgent({
    ...proxies,
    factory: connectionsTo,
    clientFactory: connectionsToProxy,
    connect: tls,
    requestTls: tls,
    proxyTls: tlsOptions(shared.verify, shared.authorities, null),
  });
}

/** One context for all connections: to make one of some hundred authorities takes longer than a handshake. */
function tlsOptions(
  verify: boolean,
  authorities: readonly string[],
  client: TlsIdentity['client'],
): Pick<ConnectionOptions, 'secureContext' | 'rejectUnauthorized'> {
  const ca = authorities.length === 0 ? {} : { ca: [...new Set([...getCACertificates(), ...authorities])] };
  const needsContext = authorities.length > 0 || client !== null;
  return {
    ...(!verify && { rejectUnauthorized: false }),
    ...(needsContext && { secureContext: createSecureContext({ ...ca, ...client }) }),
  };
}

type Proxies = Pick<EnvHttpProxyAgent.Options, 'httpProxy' | 'httpsProxy' | 'noProxy' | 'token'>;

/** @throws LarderError E_PROXY */
function proxiesOf(env: Host['env'], network: NetworkSnapshot | null): Proxies {
  // An empty text and not undefined where there is no proxy: the agent would read process.env by itself.
  const httpProxy = network?.proxy ?? env['http_proxy'] ?? env['HTTP_PROXY'] ?? '';
  const httpsProxy = network?.proxy ?? env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '';
  for (const proxy of [httpProxy, httpsProxy]) checkProxy(proxy);
  const token = network?.proxyAuthorization;
  return {
    httpProxy,
    httpsProxy,
    noProxy: proxyExceptions(env, network),
    ...(token !== undefined && { token }),
  };
}

function checkProxy(proxy: string): void {
  if (proxy === '' || (URL.canParse(proxy) && /^https?:$/.test(new URL(proxy).protocol))) return;
  // The address is not repeated: it may hold a password.
  throw new LarderError(
    'E_PROXY',
    "The HTTP proxy's address is not a URL with http or https; correct http.proxy in the settings, or HTTP_PROXY and HTTPS_PROXY.",
  );
}

/** `NO_PROXY` of the environment and the editor; loopback is never behind a proxy, as for Docker (Go's httpproxy). */
function proxyExceptions(env: Host['env'], network: NetworkSnapshot | null): string {
  const asked = [env['no_proxy'] ?? env['NO_PROXY'] ?? '', ...(network?.noProxy ?? [])].join(',');
  const entries = asked.split(/[\s,]+/).filter((entry) => entry !== '');
  return entries.includes('*') ? '*' : [...entries, 'localhost', '127.0.0.1', '[::1]'].join(',');
}
