import { LarderError } from '../../domain/errors.ts';
import { printable, quote } from '../../domain/quote.ts';
import { DOCKER_HUB, parseReference } from '../../domain/reference.ts';
import { configError } from './config-table.ts';
import type { Repository } from './endpoint.ts';
import type { RegistriesConf, RegistryEntry } from './registries-conf.ts';

/** Where to ask for what is in a repository. */
export interface Route {
  /** Host with an optional port; Docker Hub is `registry-1.docker.io`. */
  readonly registry: string;
  readonly repository: string;
  /** Its certificate is not looked at, and plain http is allowed. */
  readonly insecure: boolean;
  /** The source has the last word; a mirror may have nothing, or be down. */
  readonly role: 'mirror' | 'source';
}

type Place = Pick<RegistryEntry, 'location' | 'insecure'>;

/** An entry, and how much of the image's name is its prefix. */
interface Match {
  readonly entry: RegistryEntry;
  readonly length: number;
}

/**
 * Where to ask for an image, in the order to try: the mirrors that are for such questions, then the source. The entry with the
 * longest prefix counts, and it alone (containers-registries.conf(5), "Choosing a [[registry]] TOML table").
 *
 * What has a digest may come from any mirror, since its bytes are checked. What a tag means is the source's to say, and that
 * of a mirror only where registries.conf writes that it may say it: here Larder differs from containers/image, whose mirrors answer
 * for tags unless it is forbidden.
 * @param version what is asked for: by its tag, or by its digest
 * @param reference the tag or the digest itself, for prefixes that end with one; absent for blobs
 * @throws LarderError E_BLOCKED; E_CONFIG when a location cannot be put in the place of the prefix
 */
export function routesFor(
  conf: RegistriesConf,
  { registry, repository }: Repository,
  version: 'tag' | 'digest',
  reference?: string,
): readonly Route[] {
  const name = `${nameOfHost(registry)}/${repository}`;
  const suffix = reference === undefined ? '' : `${version === 'tag' ? ':' : '@'}${reference}`;
  const match = longestMatch(conf.registries, name + suffix);
  if (match === undefined) return [{ registry, repository, insecure: false, role: 'source' }];
  const { entry, length } = match;
  if (entry.blocked) {
    const who = `${printable(entry.file)} blocks ${quote(entry.prefix)}`;
    const next = 'ask whoever wrote the file, or change it';
    throw new LarderError('E_BLOCKED', `${quote(name)} was not asked for, because ${who}; ${next}.`);
  }
  const route = (place: Place, role: Route['role']): Route => ({
    // After a wildcard there may be no location; then nothing is rewritten.
    ...(place.location === ''
      ? { registry, repository }
      : rewritten(place.location, (name + suffix).slice(length), suffix, entry)),
    insecure: place.insecure,
    role,
  });
  const mirrors = entry.mirrors.filter((mirror) => (version === 'tag' ? mirror.tags : mirror.digests));
  return [...mirrors.map((mirror) => route(mirror, 'mirror')), route(entry, 'source')];
}

/** A host as the file names it. */
function nameOfHost(registry: string): string {
  return registry === DOCKER_HUB ? 'docker.io' : registry.toLowerCase();
}

/** Of two that are equally long, the first: that is the wildcard, since the entries are sorted. */
function longestMatch(entries: readonly RegistryEntry[], name: string): Match | undefined {
  let longest: Match | undefined;
  for (const entry of entries) {
    const length = matchingLength(name, entry.prefix);
    if (length === undefined || entry.prefix.length <= (longest?.entry.prefix.length ?? 0)) continue;
    longest = { entry, length };
  }
  return longest;
}

/** How much of a name is what a prefix stands for; undefined where it does not match. */
function matchingLength(name: string, prefix: string): number | undefined {
  if (prefix.startsWith('*.')) {
    const [host = ''] = /^[^/:]*/.exec(name) ?? [];
    return host.endsWith(prefix.slice(1)) ? host.length : undefined;
  }
  if (!name.startsWith(prefix)) return undefined;
  // A host without a port stands for all of its ports, as with containers/image.
  return /^(?:[:/@]|$)/.test(name.slice(prefix.length)) ? prefix.length : undefined;
}

/**
 * The repository that a location makes of a name.
 * @param rest what the name has after its prefix
 * @param suffix the tag or digest at its end, which stays as it is
 */
function rewritten(location: string, rest: string, suffix: string, entry: RegistryEntry): Repository {
  const text = location + rest;
  const { registry, repository } = parsed(text) ?? {};
  // Docker's short ways of writing are none here: `docker.io/alpine` is not `docker.io/library/alpine`.
  const path = text.slice(text.indexOf('/') + 1, text.length - suffix.length);
  if (registry !== undefined && text.endsWith(suffix) && repository === path) return { registry, repository };
  throw configError(
    entry.file,
    `the location ${quote(location)} for ${quote(entry.prefix)} makes ${quote(text)}, which is not the full name of an image`,
  );
}

function parsed(text: string): Repository | undefined {
  try {
    return parseReference(text);
  } catch (error) {
    // The caller says what made a text of it that is no reference.
    if (error instanceof LarderError) return undefined;
    throw error;
  }
}
