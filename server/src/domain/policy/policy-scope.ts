import { DOCKER_HUB } from '../reference.ts';
import type { DockerReference } from '../reference.ts';
import type { Policy, Requirement } from './policy.ts';

/** What decides about an image. */
export interface Decision {
  readonly requirements: readonly Requirement[];
  /** Null when the policy's default decides. */
  readonly transport: 'docker' | null;
  /** The key as written, '' for the transport's own default; null when the policy's default decides. */
  readonly scope: string | null;
}

/** The requirements for an image of a registry: those of the most specific scope alone (containers-policy.json(5)). */
export function requirementsFor(policy: Policy, reference: DockerReference): Decision {
  const scopes = policy.transports.get('docker');
  const scope = scopes && decidingScope(scopes, reference);
  const requirements = scope === undefined ? undefined : scopes?.get(scope);
  return scope === undefined || requirements === undefined
    ? { requirements: policy.default, transport: null, scope: null }
    : { requirements, transport: 'docker', scope };
}

/** Which of the docker transport's scopes decides about an image; undefined when the policy's default does. */
export function decidingScope(
  scopes: { has(scope: string): boolean },
  reference: DockerReference,
): string | undefined {
  return scopesOf(reference).find((scope) => scopes.has(scope));
}

/**
 * The scopes that an image falls under, the most specific first and the transport's own default ('') last
 * (docker/policyconfiguration/naming.go): the reference, the repository, its namespaces, the host, `*.` and each parent domain
 * of the host without its port. For a reference with a tag and a digest, the digest is the name: it alone decides what is
 * fetched.
 */
export function scopesOf(reference: DockerReference): readonly string[] {
  const { tag, digest } = reference;
  const repository = policyRepository(reference);
  const parts = repository.split('/');
  const names = parts.map((_, i) => parts.slice(0, parts.length - i).join('/'));
  // As there: everything from the first colon on, which leaves nothing of an IPv6 address.
  const [host = ''] = (parts[0] ?? '').split(':');
  const labels = host.split('.').slice(1);
  const wildcards = labels.map((_, i) => `*.${labels.slice(i).join('.')}`);
  const version = digest === undefined ? `:${tag ?? 'latest'}` : `@${digest}`;
  return [repository + version, ...names, ...wildcards, ''];
}

/** The repository with its host, as policies and signatures have it: `docker.io/library/nginx`. */
export function policyRepository({ registry, repository }: DockerReference): string {
  return `${registry === DOCKER_HUB ? 'docker.io' : registry}/${repository}`;
}
