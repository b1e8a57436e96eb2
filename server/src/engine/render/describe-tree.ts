import type { ByteString, TarEntry } from '../aci/tar-entry.ts';
import { readable } from '../aci/tar-entry.ts';
import { byPath } from './tree-entry.ts';
import type { NotMade, OwnedEntry, Owner, TreeEntry } from './tree-entry.ts';
import type { Node, TreeNodes } from './tree-nodes.ts';

/** A path with extended attributes or access control lists, which Node cannot set. */
export interface Attributed {
  readonly path: ByteString;
  /** `security.capability`, … */
  readonly names: readonly string[];
}

/** A tree that was made, and what could not be. */
export interface Rendered {
  /** Sorted by path. */
  readonly entries: readonly OwnedEntry[];
  /** Bytes of all files, each counted once. */
  readonly size: number;
  /** Devices and fifos, which are listed only; sorted by path. */
  readonly notMade: readonly NotMade[];
  /** Sorted by path. */
  readonly attributes: readonly Attributed[];
}

/**
 * Lists a tree that was just made.
 * @param digests the SHA-512 of each file's content, in hex
 */
export function describeTree(nodes: TreeNodes, digests: ReadonlyMap<Node, string>): Rendered {
  const entries: OwnedEntry[] = nodes.directories.map(({ path, entry }) => ({
    ...{ path, type: 'directory', mode: entry?.mode ?? 0o755, content: null, target: null },
    owner: ownerOf(entry),
  }));
  for (const node of nodes.files) {
    const { size, mode } = node.inode.entry;
    const content = { size, sha512: digests.get(node) ?? '' };
    add(entries, node, { type: 'file', mode, content, target: null });
  }
  for (const node of nodes.symlinks) {
    add(entries, node, { type: 'symlink', mode: null, content: null, target: node.inode.entry.linkName });
  }
  return {
    entries: entries.sort(byPath),
    size: nodes.files.reduce((sum, { inode }) => sum + inode.entry.size, 0),
    notMade: nodes.others.flatMap(notMade).sort(byPath),
    attributes: attributesOf(nodes).sort(byPath),
  };
}

function add(entries: OwnedEntry[], { inode, paths }: Node, what: Omit<TreeEntry, 'path'>): void {
  const owner = ownerOf(inode.entry);
  const [first, ...others] = paths;
  entries.push({ path: first, ...what, owner });
  for (const path of others) entries.push({ path, ...linkTo(first), owner });
}

/** A further path of a file or symbolic link. */
export function linkTo(first: ByteString): Omit<TreeEntry, 'path'> {
  return { type: 'link', mode: null, content: null, target: first };
}

function ownerOf(entry: TarEntry | undefined): Owner {
  return { uid: entry?.uid ?? 0, gid: entry?.gid ?? 0 };
}

function notMade({ inode: { entry }, paths }: Node): NotMade[] {
  const { type, mode, deviceMajor: major, deviceMinor: minor } = entry;
  return paths.map((path) => ({ path, type, mode, major, minor, ...ownerOf(entry) }));
}

function attributesOf({ directories, files, symlinks }: TreeNodes): Attributed[] {
  const found: Attributed[] = [];
  const look = (path: ByteString, entry: TarEntry | undefined): void => {
    const names = (entry?.pax ?? []).flatMap(([key]) => ATTRIBUTE.exec(key)?.[1] ?? []);
    if (names.length > 0) found.push({ path, names: [...new Set(names.map(readable))].sort() });
  };
  for (const { path, entry } of directories) look(path, entry);
  for (const { inode, paths } of [...files, ...symlinks]) look(paths[0], inode.entry);
  return found;
}

/** The PAX records of star, libarchive and Red Hat's tar. */
const ATTRIBUTE = /^(?:SCHILY\.xattr\.|LIBARCHIVE\.xattr\.|SCHILY\.(?=acl\.)|RHT\.(?=security\.))(.+)$/s;
