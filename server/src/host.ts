import * as fs from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { agentMaker, NO_IDENTITY } from './agents.ts';
import type { Clock, Host, Log } from './engine/host.ts';
import type { NetworkSnapshot } from './protocol.ts';
import { runProgram } from './run-program.ts';

/** What a host is made of. */
export interface HostOptions {
  readonly log: Log;
  /** `process.env` when absent. */
  readonly env?: Host['env'];
  /** Milliseconds since the epoch; the system's clock when absent. */
  readonly now?: Clock['now'];
  /** The editor's network settings; absent or null, the environment decides. */
  readonly network?: NetworkSnapshot | null;
  /** More certificate authorities to trust, PEM. */
  readonly certificates?: readonly string[];
}

/**
 * The real world: this machine's files, clock, environment and network. Loads the HTTP client, so that an entry which has
 * to start fast imports this module only when it needs it.
 * @throws LarderError E_PROXY when the proxy's address cannot be read
 */
export function createHost({
  log,
  env = process.env,
  now = () => Date.now(),
  network = null,
  certificates = [],
}: HostOptions): Host {
  if (network?.strictSSL === false) {
    log.warn('TLS certificates of registries and proxies are not verified, as was asked.');
  }
  const makeAgent = agentMaker(env, network, certificates);
  let net: Dispatcher | undefined;
  return {
    fs,
    // Only when it is used: to read the authorities of the system takes a tenth of a second.
    get net() {
      return (net ??= makeAgent(NO_IDENTITY));
    },
    netFor: makeAgent,
    run: (program) => runProgram(program, env),
    clock: { now, sleep },
    random: () => Math.random(),
    env,
    log,
  };
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    // The timer throws an AbortError of its own; callers are promised the signal's reason.
    signal?.throwIfAborted();
    throw error;
  }
}
