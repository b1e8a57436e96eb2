import type { EngineConfig } from '../jobs/messages.ts';
import type { Settings } from '../settings/settings.ts';

/** What the settings say about an engine. The editor allows nothing insecure: that is for one command, in sight of it. */
export function engineOptions({
  maxDownloads,
  registriesConf,
  tokenServers,
  certificates,
  policyPath,
}: Settings): Omit<EngineConfig, 'storeRoot' | 'network' | 'credentials'> {
  return {
    ...{ maxDownloads, registriesConf, tokenServers, certificates, policyPath },
    ...{ insecureHttp: false, insecureImage: false },
  };
}
