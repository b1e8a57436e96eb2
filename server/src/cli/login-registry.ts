import { parseRegistry } from '../domain/registry-name.ts';
import { targetOfKey } from '../engine/auth/registry-keys.ts';

/**
 * Reads the registry of a command line, which like docker's may be a URL: of that only the host counts.
 * @throws LarderError E_REF
 */
export function registryArgument(text: string): string {
  return parseRegistry(/^https?:\/\//i.test(text) ? (targetOfKey(text) ?? text) : text);
}
