import type { NetworkSnapshot } from '../protocol.ts';
import { isRecord } from '../settings/setting.ts';

/** Reads a client's network settings; `null`, which leaves all to the environment, when it sent none. */
export function parseNetwork(value: unknown): NetworkSnapshot | null {
  if (!isRecord(value)) return null;
  const { proxy, proxyAuthorization, noProxy, strictSSL, certificates } = value;
  return {
    proxy: typeof proxy === 'string' && proxy !== '' ? proxy : null,
    // Anything else could end the header that it is to stand in.
    ...(typeof proxyAuthorization === 'string' &&
      /^[\x20-\x7e]+$/.test(proxyAuthorization) && { proxyAuthorization }),
    noProxy: texts(noProxy),
    // Only an explicit "no" switches verification off.
    strictSSL: strictSSL !== false,
    certificates: texts(certificates),
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
