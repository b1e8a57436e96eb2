import type { CredentialsParams, RegistryCredentials } from '../protocol.ts';
import { isRecord } from '../settings/setting.ts';

/** Reads the credentials that a client keeps; what is none is left out, as if it had not been sent. */
export function parseCredentials(value: unknown): CredentialsParams['registries'] {
  const registries = isRecord(value) && isRecord(value['registries']) ? value['registries'] : {};
  return Object.fromEntries(
    Object.entries(registries).flatMap(([registry, given]): [string, RegistryCredentials][] => {
      if (!isRecord(given)) return [];
      const { username, password } = given;
      return typeof username === 'string' && typeof password === 'string'
        ? [[registry, { username, password }]]
        : [];
    }),
  );
}
