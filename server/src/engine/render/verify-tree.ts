import { join } from 'node:path';
import { quote } from '../../domain/quote.ts';
import type { ByteString } from '../aci/tar-entry.ts';
import { readable } from '../aci/tar-entry.ts';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';
import { ROOTFS } from './render-tree.ts';
import { scanTree } from './scan-tree.ts';
import type { FoundEntry } from './scan-tree.ts';
import type { OwnedEntry, TreeEntry } from './tree-entry.ts';
import { readListing } from './tree-listing.ts';
import { LISTING, readRecord, recordPath } from './tree-record.ts';

/** Something about a tree that is not as it was rendered. */
export interface TreeDifference {
  /** Of the entry in the tree, `/etc/passwd`; or of a file beside it. */
  readonly path: string;
  /** As it reads after the path: "is missing". */
  readonly what: string;
}

/**
 * Reads a rendered tree again, and compares it with what was written down when it was rendered: paths, types, modes, contents,
 * targets of links. Owners and times are not compared.
 * @param tree directory of the tree
 * @returns empty when it is whole; undefined when there is no such tree
 * @throws system errors; the signal's reason
 */
export async function verifyTree(
  fs: Host['fs'],
  tree: string,
  key: string,
  signal: AbortSignal,
): Promise<TreeDifference[] | undefined> {
  if (!(await isThere(fs, tree))) return undefined;
  const record = await readRecord(fs, tree, key);
  if (record === undefined) return [{ path: recordPath(tree), what: 'is missing or cut off' }];
  const listing = join(tree, LISTING);
  if (!(await isThere(fs, listing))) return [{ path: listing, what: 'is missing' }];
  const entries = await readListing(fs, listing, record.digest);
  if (entries === undefined) return [{ path: listing, what: 'has other content' }];
  return differences(entries, await scan(fs, join(tree, ROOTFS), signal));
}

async function scan(fs: Host['fs'], root: string, signal: AbortSignal): Promise<FoundEntry[]> {
  return (await isThere(fs, root)) ? scanTree(fs, root, signal) : [];
}

function differences(expected: readonly OwnedEntry[], found: readonly FoundEntry[]): TreeDifference[] {
  const left = new Map(found.map((entry) => [entry.path, entry]));
  const differing: TreeDifference[] = [];
  const say = ({ path }: { path: ByteString }, what: string): unknown =>
    differing.push({ path: `/${readable(path)}`, what });
  for (const entry of expected) {
    const actual = left.get(entry.path);
    left.delete(entry.path);
    const what = actual === undefined ? 'is missing' : difference(entry, actual);
    if (what !== undefined) say(entry, what);
  }
  for (const entry of left.values()) say(entry, 'was not there');
  return differing;
}

const A: Readonly<Record<FoundEntry['type'], string>> = {
  directory: 'a directory',
  file: 'a file',
  symlink: 'a symbolic link',
  link: 'a hard link',
  other: 'a device, fifo or socket',
};

function difference(expected: TreeEntry, found: FoundEntry): string | undefined {
  if (found.type === 'other' || found.type !== expected.type)
    return `is ${A[found.type]} instead of ${A[expected.type]}`;
  if (found.target !== expected.target)
    return `leads to ${quoted(found.target)} instead of ${quoted(expected.target)}`;
  // Windows has no such modes.
  if (found.mode !== expected.mode && process.platform !== 'win32')
    return `has mode ${octal(found.mode)} instead of ${octal(expected.mode)}`;
  if (found.content?.size !== expected.content?.size)
    return `has ${found.content?.size} bytes instead of ${expected.content?.size}`;
  return found.content?.sha512 === expected.content?.sha512 ? undefined : 'has other content';
}

function quoted(target: ByteString | null): string {
  return quote(readable(target ?? ''));
}

function octal(mode: number | null): string {
  return (mode ?? 0).toString(8).padStart(4, '0');
}

async function isThere(fs: Host['fs'], path: string): Promise<boolean> {
  try {
    await fs.lstat(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}
