import type { NetworkSnapshot } from '../protocol.ts';
import type { Insecure } from './options.ts';

/** How commands reach the network: null as the environment says, else as it says but without a look at certificates. */
export function networkOf({ tls }: Pick<Insecure, 'tls'>): NetworkSnapshot | null {
  return tls ? { proxy: null, noProxy: [], strictSSL: false, certificates: [] } : null;
}
