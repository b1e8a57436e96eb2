import { badEntry } from './archive-error.ts';
import type { ByteString, TarEntry } from './tar-entry.ts';
import { NAME_LIMIT } from './tar-member.ts';

/** What hard links share: data and metadata of a file, symbolic link, device or fifo. */
export interface Inode {
  readonly entry: TarEntry;
  /** Number of the layer whose archive holds the data. */
  readonly layer: number;
}

/** A name of an inode. */
export interface Leaf {
  readonly inode: Inode;
  /** The last layer that wrote this name. */
  readonly writtenBy: number;
}

export class Directory {
  /** From the root, without a leading slash; the root's is empty. */
  readonly path: ByteString;
  /** Undefined for a directory that no layer describes, only something below it. */
  entry: TarEntry | undefined;
  readonly children = new Map<ByteString, Directory | Leaf>();
  /** The last layer that wrote it or something below it. */
  writtenBy: number;
  /** The last layer that hid all that lower layers had below it. */
  clearedBy = -1;

  constructor(path: ByteString, entry: TarEntry | undefined, writtenBy: number) {
    this.path = path;
    this.entry = entry;
    this.writtenBy = writtenBy;
  }

  pathOf(name: ByteString): ByteString {
    return this.path === '' ? name : `${this.path}/${name}`;
  }
}

/** Where a path leads. */
export interface Location {
  /** The directories on the way that exist, from the root. */
  readonly directories: Directory[];
  /** The components after them that are not there, or are no directories. */
  readonly missing: ByteString[];
  readonly followedLinks: number;
}

/** As many links as Linux would follow would be 40; umoci and runc (securejoin) allow this many. */
const LINK_LIMIT = 255;

/**
 * Walks a path to a directory inside the tree, following symbolic links as if the tree were mounted at `/`: nothing, be it
 * `..` or an absolute target, leads out of it.
 * @returns undefined when the links go round in circles
 */
export function locate(root: Directory, components: readonly ByteString[]): Location | undefined {
  const ahead = components.toReversed();
  const directories = [root];
  const missing: ByteString[] = [];
  let followedLinks = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (missing.pop() === undefined && directories.length > 1) directories.pop();
      continue;
    }
    const node = missing.length > 0 ? undefined : directories.at(-1)?.children.get(name);
    if (node instanceof Directory) {
      directories.push(node);
    } else if (node?.inode.entry.type === 'symlink') {
      followedLinks++;
      if (followedLinks > LINK_LIMIT) return undefined;
      const target = node.inode.entry.linkName;
      if (target.startsWith('/')) directories.length = 1;
      ahead.push(...target.split('/').reverse());
    } else {
      missing.push(name);
    }
  }
  return { directories, missing, followedLinks };
}

/**
 * The node at a path whose last component is not followed if it is a symbolic link.
 * @returns undefined when there is none
 */
export function nodeAt(root: Directory, components: readonly ByteString[]): Directory | Leaf | undefined {
  const name = components.at(-1);
  const location = locate(root, components.slice(0, -1));
  if (name === undefined || location === undefined || location.missing.length > 0) return undefined;
  return location.directories.at(-1)?.children.get(name);
}

/**
 * The file that an absolute path leads to, symbolic links followed.
 * @returns undefined when there is none
 */
export function fileAt(root: Directory, path: ByteString): Inode | undefined {
  const location = locate(root, path.split('/'));
  // What is no directory ends the walk.
  const [name, ...below] = location?.missing ?? [];
  if (name === undefined || below.length > 0) return undefined;
  const node = location?.directories.at(-1)?.children.get(name);
  return node instanceof Directory || node?.inode.entry.type !== 'file' ? undefined : node.inode;
}

/**
 * Makes the directory that a location stands for, and marks it and those above it as written by the layer. As in an overlay
 * mount, it takes the place of a lower layer's file.
 * @throws LarderError E_ARCHIVE when something of the same layer, or behind a symbolic link, is in its place
 */
export function makeDirectory(location: Location, layer: number, entry: TarEntry): Directory {
  const { directories, missing, followedLinks } = location;
  let [directory] = directories as [Directory];
  for (const existing of directories) {
    existing.writtenBy = layer;
    directory = existing;
  }
  for (const name of missing) {
    const inTheWay = directory.children.get(name);
    if (inTheWay !== undefined && (followedLinks > 0 || inTheWay.writtenBy === layer)) {
      throw badEntry(entry.name, 'lies below something that is not a directory');
    }
    const made = new Directory(directory.pathOf(name), undefined, layer);
    if (made.path.length > NAME_LIMIT)
      throw badEntry(entry.name, `makes a path longer than ${NAME_LIMIT} bytes`);
    directory.children.set(name, made);
    directory = made;
  }
  return directory;
}

/**
 * Removes from a directory all that only layers below `layer` wrote. What `layer` itself wrote stays, whether it came
 * before or after: a whiteout hides lower layers only (OCI image-spec, layer.md, "Whiteouts").
 */
export function clearLower(directory: Directory, layer: number): void {
  // Anything added since is of this layer; without this, many whiteouts of one directory would cost as many walks.
  if (directory.clearedBy === layer) return;
  directory.clearedBy = layer;
  for (const [name, node] of directory.children) {
    if (node.writtenBy !== layer) directory.children.delete(name);
    else if (node instanceof Directory) clearLower(node, layer);
  }
}
