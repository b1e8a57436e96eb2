import type { Login } from '../auth/credential-helper.ts';
import { Credentials } from '../auth/credentials.ts';
import type { Host } from '../host.ts';
import { Dispatchers } from '../http/dispatchers.ts';
import { CertsD } from './certs-d.ts';
import { certsDirectories } from './certs-directories.ts';
import { isDigest } from './digest.ts';
import { RegistriesConfFile } from './registries-conf-file.ts';
import { registriesConfFiles } from './registries-conf-places.ts';
import type { RegistryParts } from './registry-client.ts';
import { routesFor } from './routes.ts';

export interface RegistryOptions {
  /** `process.platform`: where configuration is depends on it. */
  readonly platform: NodeJS.Platform;
  /** Path of registries.conf; empty for the usual places. */
  readonly registriesConf: string;
  /** Hosts that may have the credentials for a registry, by registry. */
  readonly tokenServers: Readonly<Record<string, readonly string[]>>;
  /** Credentials that the editor keeps, by registry. */
  readonly credentials: Readonly<Record<string, Login>>;
}

/** What this machine and its user say about registries, read when it is needed. */
export interface Registries {
  readonly parts: RegistryParts;
  readonly dispatchers: Dispatchers;
}

export function openRegistries(host: Host, options: RegistryOptions): Registries {
  const { platform, registriesConf, tokenServers, credentials } = options;
  const conf = new RegistriesConfFile(host, registriesConfFiles(platform, host.env, registriesConf));
  return {
    parts: {
      credentials: new Credentials(
        host,
        platform,
        new Map(Object.entries(credentials)),
        async () => (await conf.read()).credentialHelpers,
      ),
      tokenServers: new Map(Object.entries(tokenServers)),
      routes: async (repository, reference) => {
        const version = reference === undefined || isDigest(reference) ? 'digest' : 'tag';
        return routesFor(await conf.read(), repository, version, reference);
      },
    },
    dispatchers: new Dispatchers(host, new CertsD(host, certsDirectories(platform, host.env))),
  };
}
