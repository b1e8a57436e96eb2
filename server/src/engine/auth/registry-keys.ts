import { DOCKER_HUB } from '../../domain/reference.ts';
import type { Repository } from '../registry/endpoint.ts';

/** What docker calls Docker Hub where it keeps credentials: the address of a registry API that is long gone. */
const HUB_ADDRESS = 'https://index.docker.io/v1/';
const HUB_NAMES: readonly string[] = [DOCKER_HUB, 'docker.io', 'index.docker.io'];

/** Under these keys docker keeps tokens for its own use of Docker Hub's website, not for the registry. */
const HUB_TOKENS = /^https:\/\/index\.docker\.io\/v1\/(?:access|refresh)-token$/;

/** One spelling for a registry's host: lower case, and one name for Docker Hub. */
export function canonicalHost(registry: string): string {
  const host = registry.toLowerCase();
  return HUB_NAMES.includes(host) ? DOCKER_HUB : host;
}

/** The address that docker gives its credential helpers for a registry, and its key in `auths`. */
export function serverAddress(registry: string): string {
  const host = canonicalHost(registry);
  return host === DOCKER_HUB ? HUB_ADDRESS : host;
}

/** What containers' tools give credential helpers for a registry. */
export function containersAddress(registry: string): string {
  const host = canonicalHost(registry);
  return host === DOCKER_HUB ? 'docker.io' : host;
}

/**
 * What a key of `auths` or `credHelpers` is for, as `HOST` or `HOST/NAMESPACE`. Docker has written keys as URLs for years, and a
 * URL is for its whole host; so is the path of a registry API.
 * @returns undefined for a key that is for no registry
 */
export function targetOfKey(key: string): string | undefined {
  if (HUB_TOKENS.test(key)) return undefined;
  const [, scheme, rest = ''] = /^(https?:\/\/)?(.*)$/is.exec(key) ?? [];
  const [host = '', ...path] = rest.split('/');
  // A user name in a URL is none of the host.
  const name = canonicalHost(host.slice(host.lastIndexOf('@') + 1));
  if (name === '') return undefined;
  const namespace = path.filter((part) => part !== '').join('/');
  const isWhole = scheme !== undefined || namespace === '' || /^v[12]$/.test(namespace);
  return isWhole ? name : `${name}/${namespace}`;
}

/** Whether a key is for a whole registry, or for what docker does with it beside pulling. */
export function isKeyOfAll(key: string, registry: string): boolean {
  const host = canonicalHost(registry);
  return targetOfKey(key) === host || (host === DOCKER_HUB && HUB_TOKENS.test(key));
}

/**
 * The keys of a file that are for a repository, the best first: the longest namespace, then its registry (containers-auth.json(5)).
 * Of keys for the same, docker's own spelling comes first.
 */
export function keysFor(keys: Iterable<string>, { registry, repository }: Repository): string[] {
  const targets = new Map([...keys].map((key) => [key, targetOfKey(key)]));
  const found: string[] = [];
  for (
    let target = `${canonicalHost(registry)}/${repository}`;
    target !== '';
    target = target.slice(0, Math.max(0, target.lastIndexOf('/')))
  ) {
    const same = [...targets.keys()].filter((key) => targets.get(key) === target);
    found.push(...same.sort((a, b) => rank(a, registry) - rank(b, registry)));
  }
  return found;
}

function rank(key: string, registry: string): number {
  if (key === serverAddress(registry)) return 0;
  return key.includes('://') ? 2 : 1;
}
