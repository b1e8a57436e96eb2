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
  /** The source has the last word, and is the last: the registry itself or, where that is blocked, its last mirror. */
  readonly role: 'mirror' | 'source';
}

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
 *
 * A blocked registry is not asked, but its mirrors are: so are sources kept out that nobody must contact. A mirror is blocked by the
 * entry that its own name has.
 * @param version what is asked for: by its tag, or by its digest
 * @param reference the tag or the digest itself, for prefixes that end with one; absent for blobs
 * @throws LarderError E_BLOCKED; E_CONFIG when a location cannot be put in the place of the prefix
 */
export function routesFor(
  conf: RegistriesConf,
  repository: Repository,
  version: 'tag' | 'digest',
  reference?: string,
): readonly Route[] {
  const suffix = reference === undefined ? '' : `${version === 'tag' ? ':' : '@'}${reference}`;
  const name = nameOf(repository) + suffix;
  const match = longestMatch(conf.registries, name);
  if (match === undefined) return [{ ...placeOf(repository), insecure: false, role: 'source' }];
  const { entry, length } = match;
  const at = ({ location, insecure }: Pick<RegistryEntry, 'location' | 'insecure'>) => ({
    // After a wildcard there may be no location; then nothing is rewritten.
    ...(location === '' ? placeOf(repository) : rewritten(location, name.slice(length), suffix, entry)),
    insecure,
  });
  const blockerOf = (place: Repository): RegistryEntry | undefined => {
    const own = longestMatch(conf.registries, nameOf(place) + suffix)?.entry;
    return own?.blocked === true ? own : undefined;
  };
  const mirrors = entry.mirrors.filter((mirror) => (version === 'tag' ? mirror.tags : mirror.digests));
  const places = mirrors.map(at).filter((place) => blockerOf(place) === undefined);
  const blocker = entry.blocked ? entry : blockerOf(at(entry));
  if (blocker === undefined) places.push(at(entry));
  else if (places.length === 0) throw blockedBy(blocker, name, entry);
  return places.map((place, index) => ({ ...place, role: index < places.length - 1 ? 'mirror' : 'source' }));
}

function blockedBy({ file, prefix }: RegistryEntry, name: string, { mirrors }: RegistryEntry): LarderError {
  const who = `${printable(file)} blocks ${quote(prefix)}`;
  const but = mirrors.length === 0 ? '' : ' and has no mirror that may answer in its place';
  const next = 'ask whoever wrote the file, or change it';
  return new LarderError('E_BLOCKED', `${quote(name)} was not asked for, because ${who}${but}; ${next}.`);
}

function placeOf({ registry, repository }: Repository): Repository {
  return { registry, repository };
}

/** A repository as the file names it. */
function nameOf({ registry, repository }: Repository): string {
  return `${registry === DOCKER_HUB ? 'docker.io' : registry.toLowerCase()}/${repository}`;
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
