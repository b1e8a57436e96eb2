import { LarderError } from './errors.ts';
import { quote } from './quote.ts';
import { DOCKER_HUB, parseReference } from './reference.ts';

/**
 * Reads the name of a registry as it stands in references.
 * @returns the host that answers for it: `registry-1.docker.io` for `docker.io`
 * @throws LarderError E_REF
 */
export function parseRegistry(text: string): string {
  const name = text.trim();
  const refuse = (): LarderError =>
    new LarderError(
      'E_REF',
      `${quote(name)} is not a registry; write its host as in image references: docker.io, registry.example:5000.`,
    );
  if (name === DOCKER_HUB) return DOCKER_HUB;
  if (/[/@\s]/.test(name)) throw refuse();
  try {
    const { registry, repository } = parseReference(`${name}/any/image`);
    if (repository === 'any/image') return registry;
  } catch (error) {
    if (!(error instanceof LarderError)) throw error;
    // What is wrong with it as a part of a reference would be said of a reference that nobody wrote.
  }
  throw refuse();
}

/** A registry as people write it. */
export function familiarRegistry(registry: string): string {
  return registry === DOCKER_HUB ? 'docker.io' : registry;
}
