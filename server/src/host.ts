import * as fs from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { getCACertificates } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { EnvHttpProxyAgent } from 'undici';
import { LarderError } from './domain/errors.ts';
import type { Clock, Host, Log, TlsIdentity } from './engine/host.ts';
import type { NetworkSnapshot } from './protocol.ts';
import { runProgram } from './run-program.ts';

/** What a host is made of. */
export interface HostOptions {
  readonly log: Log;
  /** `process.env` when absent. */
  readonly env?: Host['env'];
  /** The editor's network settings; absent or null, the environment decides. */
  readonly network?: NetworkSnapshot | null;
}

/**
 * The real world: this machine's files, clock, environment and network. Loads the HTTP client, so that an entry which has
 * to start fast imports this module only when it needs it.
 * @throws LarderError E_PROXY when the proxy's address cannot be read
 */
export function createHost({ log, env = process.env, network = null }: HostOptions): Host {
  if (network?.strictSSL === false) {
    log.warn('TLS certificates of registries and proxies are not verified, as was asked.');
  }
  return {
    fs,
    net: createAgent(env, network, PLAIN_IDENTITY),
    netFor: (identity) => createAgent(env, network, identity),
    run: (program) => runProgram(program, env),
    clock,
    random: () => Math.random(),
    env,
    log,
  };
}

const clock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      // The timer throws an AbortError of its own; callers are promised the signal's reason.
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** Nothing special. */
const PLAIN_IDENTITY: TlsIdentity = { ca: [], client: null, verify: true };

function createAgent(
  env: Host['env'],
  network: NetworkSnapshot | null,
  identity: TlsIdentity,
): EnvHttpProxyAgent {
  const verify = identity.verify && network?.strictSSL !== false;
  const extra = [...(network?.certificates ?? []), ...identity.ca];
  const proxyTls = tlsOptions(network?.strictSSL !== false, network?.certificates ?? []);
  const tls = { ...tlsOptions(verify, extra), ...identity.client };
  // An empty text and not undefined where there is no proxy: the agent would read process.env by itself.
  const httpProxy = network?.proxy ?? env['http_proxy'] ?? env['HTTP_PROXY'] ?? '';
  const httpsProxy = network?.proxy ?? env['https_proxy'] ?? env['HTTPS_PROXY'] ?? '';
  for (const proxy of [httpProxy, httpsProxy]) checkProxy(proxy);
  const noProxy = proxyExceptions(env, network);
  return new EnvHttpProxyAgent({
    httpProxy,
    httpsProxy,
    noProxy,
    connect: tls,
    requestTls: tls,
    proxyTls,
  });
}

function tlsOptions(
  verify: boolean,
  authorities: readonly string[],
): Pick<ConnectionOptions, 'ca' | 'rejectUnauthorized'> {
  return {
    ...(!verify && { rejectUnauthorized: false }),
    ...(authorities.length > 0 && { ca: [...getCACertificates(), ...authorities] }),
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
