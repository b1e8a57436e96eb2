import type { InspectKeysArguments, InspectKeysResult, TrustArguments, TrustResult } from '../protocol.ts';
import type { CommandContext } from './command-context.ts';

/** `larder.inspectKeys`: the first step of trust. It may ask the network, so it can be cancelled. */
export async function inspectKeys(
  wanted: InspectKeysArguments,
  { jobs, config, reporter, signal }: CommandContext,
): Promise<InspectKeysResult> {
  reporter.begin(wanted.key === undefined ? 'Looking for published keys' : 'Getting the key', 0, '', true);
  try {
    return { keys: await jobs.inspectKeys(config, wanted, { signal, onProgress: () => undefined }) };
  } finally {
    reporter.done();
  }
}

/** `larder.trust`: the second step, after a person has confirmed the fingerprint. */
export async function trustKey(
  key: TrustArguments,
  { jobs, config, signal, log }: CommandContext,
): Promise<TrustResult> {
  const path = await jobs.trust(config, key, { signal, onProgress: () => undefined });
  log.info(`The key ${key.fingerprint} is trusted for ${key.scope ?? 'all images'}: ${path}`);
  return { path };
}
