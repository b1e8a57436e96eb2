/** What a registry client works with where nothing is configured: no mirrors, and credentials only as given. */
import type { Credential } from '../../server/src/engine/auth/credential.ts';
import type { RegistryParts } from '../../server/src/engine/registry/registry-client.ts';

export interface TestRegistryParts extends RegistryParts {
  /** The registries that credentials were looked up for, and those that were forgotten, in order. */
  readonly lookups: string[];
}

/** @param credentials by registry */
export function registryParts(
  credentials: Readonly<Record<string, Credential>> = {},
  more: Partial<RegistryParts> = {},
): TestRegistryParts {
  const lookups: string[] = [];
  return {
    lookups,
    credentials: {
      find: ({ registry }) => {
        lookups.push(registry);
        const credential = credentials[registry];
        return Promise.resolve(credential && { credential, origin: 'the test' });
      },
      forget: (registry) => void lookups.push(`forget ${registry}`),
    },
    tokenServers: new Map(),
    routes: ({ registry, repository }) =>
      Promise.resolve([{ registry, repository, insecure: false, role: 'source' }]),
    ...more,
  };
}
