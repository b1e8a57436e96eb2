import { quote } from '../../domain/quote.ts';
import { isFullName, isShortName } from '../../domain/short-names.ts';
import type { ConfigTable } from './config-table.ts';
import type { Mirror, RegistriesConf, RegistryEntry } from './registries-conf.ts';

/** The keys at the top of version 2. */
export const VERSION_2: readonly string[] = [
  'registry',
  'unqualified-search-registries',
  'credential-helpers',
  'short-name-mode',
  'aliases',
];

const SHORT_NAME_MODES: readonly string[] = ['', 'disabled', 'enforcing', 'permissive'];

/** `pull-from-mirror`: what a mirror is asked for. */
const PULL_FROM_MIRROR: ReadonlyMap<string, Pick<Mirror, 'tags' | 'digests'>> = new Map([
  ['all', { tags: true, digests: true }],
  ['digest-only', { tags: false, digests: true }],
  ['tag-only', { tags: true, digests: false }],
]);

/** Docker Hub's name in this file; its others mean the same. */
const HUB = 'docker.io';
const HUB_HOSTS: readonly string[] = ['index.docker.io', 'registry-1.docker.io'];

/** @throws LarderError E_CONFIG */
export function readVersion2(table: ConfigTable): RegistriesConf {
  // Larder looks for a short name in no list of registries; a file that is wrong is wrong all the same.
  table.strings('unqualified-search-registries');
  const mode = table.string('short-name-mode') ?? '';
  if (!SHORT_NAME_MODES.includes(mode)) {
    throw table.error(`"short-name-mode" is ${quote(mode)}, and must be disabled, enforcing or permissive`);
  }
  const registries = table.tables('registry').map(readRegistry);
  checkConsistency(registries, table);
  const names = table.strings('credential-helpers');
  return {
    registries: firstOfEachPrefix(registries),
    aliases: readAliases(table.table('aliases')),
    credentialHelpers: names === undefined ? null : { names, file: table.file },
  };
}

function readRegistry(table: ConfigTable): RegistryEntry {
  const location = withoutScheme(table.string('location') ?? '', table, 'location');
  const prefix = prefixOf(withoutScheme(table.string('prefix') ?? '', table, 'prefix') || location);
  if (prefix === '') throw table.error('it has neither "prefix" nor "location"');
  const wildcard = prefix.startsWith('*.');
  if (wildcard && /[/@:]/.test(prefix)) {
    throw table.error(`the prefix ${quote(prefix)} has a wildcard, and must be *. and a domain alone`);
  }
  if (location === '' && !wildcard) {
    throw table.error(`"location" is missing, which only a prefix like *.example.com goes without`);
  }
  if (table.string('pull-from-mirror')) {
    throw table.error('"pull-from-mirror" is for a [[registry.mirror]], not for the registry itself');
  }
  const blocked = table.boolean('blocked') ?? false;
  const byDigestOnly = table.boolean('mirror-by-digest-only');
  // What a tag means is the source's to say, unless it is written that a mirror may say it too. Who blocks a registry that
  // has mirrors writes that they stand in for it.
  const forTags = byDigestOnly === undefined ? blocked : !byDigestOnly;
  return {
    prefix,
    location,
    insecure: table.boolean('insecure') ?? false,
    blocked,
    mirrors: table
      .tables('mirror', 'registry.mirror')
      .map((mirror) => readMirror(mirror, forTags, byDigestOnly === true)),
    file: table.file,
  };
}

/**
 * @param forTags whether it may say what a tag means, where it does not say itself what it is for
 * @param byDigestOnly whether its registry forbids that to all its mirrors
 */
function readMirror(table: ConfigTable, forTags: boolean, byDigestOnly: boolean): Mirror {
  const location = withoutScheme(table.string('location') ?? '', table, 'location');
  if (location === '') throw table.error('"location" is missing');
  const pull = table.string('pull-from-mirror') ?? '';
  if (byDigestOnly && pull !== '') {
    throw table.error('"pull-from-mirror" contradicts the "mirror-by-digest-only = true" of its registry');
  }
  const uses = pull === '' ? { tags: forTags, digests: true } : PULL_FROM_MIRROR.get(pull);
  if (uses === undefined) {
    throw table.error(`"pull-from-mirror" is ${quote(pull)}, and must be all, digest-only or tag-only`);
  }
  return { location, insecure: table.boolean('insecure') ?? false, ...uses };
}

/** As containers/image demands it: a place that is named twice is insecure or blocked both times or neither time. */
function checkConsistency(registries: readonly RegistryEntry[], table: ConfigTable): void {
  const seen = new Map<string, RegistryEntry>();
  for (const registry of registries) {
    const place = prefixOf(registry.location || registry.prefix);
    const before = seen.get(place) ?? registry;
    seen.set(place, before);
    for (const key of ['insecure', 'blocked'] as const) {
      if (registry[key] !== before[key]) {
        throw table.error(`the registry ${quote(place)} is given twice, and only once with "${key} = true"`);
      }
    }
  }
}

function firstOfEachPrefix(registries: readonly RegistryEntry[]): RegistryEntry[] {
  const first = new Map<string, RegistryEntry>();
  for (const registry of registries) {
    if (!first.has(registry.prefix)) first.set(registry.prefix, registry);
  }
  return [...first.values()];
}

/** An alias of '' takes back what a file before says, and names its short name all the same. */
function readAliases(table: ConfigTable | undefined): Map<string, string> {
  const aliases = new Map<string, string>();
  if (table === undefined) return aliases;
  for (const name of table.keys) {
    const full = table.string(name) ?? '';
    if (!isShortName(name)) {
      throw table.error(`${quote(name)} must be a short name, without a registry, a tag or a digest`);
    }
    if (full !== '' && !isFullName(full)) {
      const wanted = 'a name with its registry, without a tag or a digest';
      throw table.error(`${quote(name)} is ${quote(full)}, and must be ${wanted}`);
    }
    aliases.set(name, full);
  }
  return aliases;
}

/**
 * A place without the slashes at its end.
 * @throws LarderError E_CONFIG when it is a URL
 */
export function withoutScheme(place: string, table: ConfigTable, key: string): string {
  const [scheme] = /^https?:\/\//.exec(place) ?? [];
  if (scheme !== undefined) {
    throw table.error(`${quote(key)} is ${quote(place)}, and must be written without ${scheme}`);
  }
  return place.replace(/(?<!\/)\/+$/, '');
}

/** A place as images are matched with it: hosts have no case, and Docker Hub has one name. */
export function prefixOf(place: string): string {
  const [host = '', ...path] = place.split('/');
  const lower = host.toLowerCase();
  return [HUB_HOSTS.includes(lower) ? HUB : lower, ...path].join('/');
}
