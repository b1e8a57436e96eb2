import { parseGoDuration } from '../domain/go-duration.ts';
import { printable } from '../domain/quote.ts';
import type { GcReport, Removed } from '../engine/care/gc.ts';
import type { GcResult } from '../protocol.ts';

/** Singular and plural, in the order in which people care. */
const KINDS: readonly (readonly [Removed['kind'], string, string])[] = [
  ['image', 'image', 'images'],
  ['tree', 'rendered tree', 'rendered trees'],
  ['blob', 'registry blob', 'registry blobs'],
  ['download', 'unfinished download', 'unfinished downloads'],
];

/** What went, or would: "3 images and 1 rendered tree"; null for nothing. */
export function removedWords({ removed }: Pick<GcReport, 'removed'>): string | null {
  const counted = KINDS.flatMap(([kind, one, many]) => {
    const count = removed.filter((each) => each.kind === kind).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return counted.length === 0 ? null : list(counted);
}

/** What a client has that keeps images. */
export interface Keepers {
  /** How many folders are open. */
  readonly folders: number;
  /** How many manifests name images. */
  readonly manifests: number;
  /** See GcArguments. */
  readonly gracePeriod: string;
  readonly unread: GcResult['unread'];
}

/** What stays and why, and what does not though one could think so. */
export function keptWords({ removed, isGetting }: GcReport, keepers: Keepers): string {
  const { folders, manifests, gracePeriod, unread } = keepers;
  const byManifests =
    folders === 0 ? 'images that the open manifests name' : 'images that manifests of this workspace name';
  const staying = [
    ...(folders === 0 && manifests === 0 ? [] : [`${byManifests} (tags and pins)`]),
    'images that prepared pods use',
    ...(parseGoDuration(gracePeriod) === 0 ? [] : [`what was used in the last ${gracePeriod}`]),
  ];
  return [
    ...(folders === 0 ? [withoutFolder(manifests)] : []),
    `These stay: ${list(staying)}.`,
    ...(removed.length === 0
      ? []
      : ['Manifests of other workspaces keep nothing; what they name can be fetched again.']),
    ...(unread.length === 0
      ? []
      : [`But ${unreadWords(unread)}, and images that are named only there do not stay.`]),
    ...(isGetting ? ['Registry blobs are left alone, because images are being fetched.'] : []),
  ].join(' ');
}

/** "/w/a.json (it is larger than 2 MiB) could not be read". */
export function unreadWords(unread: GcResult['unread']): string {
  const [first, ...more] = unread;
  const others = more.length === 0 ? '' : ` and ${more.length} more, which the log names,`;
  return `${printable(`${first?.path ?? ''} (${first?.why ?? ''})`)}${others} could not be read`;
}

function withoutFolder(manifests: number): string {
  return manifests === 0
    ? 'No folder is open, so no manifest keeps an image.'
    : 'No folder is open, so only open manifests keep their images.';
}

/** "a, b and c". */
function list(words: readonly string[]): string {
  return new Intl.ListFormat('en-GB').format(words);
}
