import { LarderError } from '../../domain/errors.ts';
import { badEntry } from './archive-error.ts';
import { clearLower, Directory, locate, makeDirectory, nodeAt } from './file-tree.ts';
import type { Inode, Location } from './file-tree.ts';
import type { ByteString, TarEntry } from './tar-entry.ts';
import { NAME_LIMIT } from './tar-member.ts';

/** OCI image-spec, layer.md, "Whiteouts". */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
/**
 * Directories that no entry describes, as many as Larder can hold in memory: a short archive can have names that need thousands of
 * directories each.
 */
const IMPLIED_LIMIT = 1_000_000;
/** AUFS's own bookkeeping, which old layers carry along. */
const AUFS_METADATA = '.wh..wh.';

/**
 * Applies layers, lowest first, and returns the root of the tree that a container would see.
 *
 * Pure. The result is what `umoci unpack` makes, which is what an overlay mount shows:
 * - a whiteout hides what lower layers have, never what its own layer has, wherever it stands in the layer;
 * - an entry below a symbolic link goes where the link leads, inside the tree;
 * - a hard link is a second name of what its target is at that moment, and outlives the target;
 * - a directory over a directory changes its metadata and keeps its contents; any other change of type replaces.
 * @param layers the members of each layer's archive
 * @param limit of directories that no entry describes
 * @throws LarderError E_ARCHIVE that names the entry; E_TOO_LARGE
 */
export function squash(layers: Iterable<readonly TarEntry[]>, limit = IMPLIED_LIMIT): Directory {
  const root = new Directory('', undefined, -1);
  let [layer, implied] = [0, 0];
  for (const entries of layers) {
    for (const entry of entries) {
      implied += applyEntry(root, layer, entry);
      if (implied > limit) throw tooMany();
    }
    layer++;
  }
  return root;
}

/** @returns how many directories it made that the entry does not describe */
function applyEntry(root: Directory, layer: number, entry: TarEntry): number {
  const components = cleanName(entry, entry.name);
  const name = components.pop();
  if (name === undefined) {
    if (entry.type !== 'directory') throw badEntry(entry.name, 'would replace the root directory');
    root.entry = entry;
  } else if (name === OPAQUE) {
    const directory = existing(resolve(root, components, entry));
    if (directory !== undefined) clearLower(directory, layer);
  } else if (name.startsWith(AUFS_METADATA) || components.some((part) => part.startsWith(AUFS_METADATA))) {
    // Nothing a container would see.
  } else if (name.startsWith(WHITEOUT)) {
    whiteOut(root, layer, components, name.slice(WHITEOUT.length), entry);
  } else {
    return place(root, layer, components, name, entry);
  }
  return 0;
}

function whiteOut(
  root: Directory,
  layer: number,
  parent: ByteString[],
  name: ByteString,
  entry: TarEntry,
): void {
  if (name === '' || name === '.' || name === '..') throw badEntry(entry.name, 'is a whiteout of no name');
  const directory = existing(resolve(root, parent, entry));
  const hidden = directory?.children.get(name);
  if (hidden === undefined) return;
  if (hidden.writtenBy !== layer) directory?.children.delete(name);
  else if (hidden instanceof Directory) clearLower(hidden, layer);
}

function place(
  root: Directory,
  layer: number,
  parent: ByteString[],
  name: ByteString,
  entry: TarEntry,
): number {
  const location = resolve(root, parent, entry);
  const directory = makeDirectory(location, layer, entry);
  const path = directory.pathOf(name);
  if (path.length > NAME_LIMIT) throw badEntry(entry.name, `makes a path longer than ${NAME_LIMIT} bytes`);
  const replaced = directory.children.get(name);
  if (entry.type !== 'directory') {
    // The old one goes before a link's target is looked for: a link to itself has none.
    directory.children.delete(name);
    directory.children.set(name, { inode: inodeOf(root, layer, entry), writtenBy: layer });
  } else if (replaced instanceof Directory) {
    replaced.entry = entry;
    replaced.writtenBy = layer;
  } else {
    directory.children.set(name, new Directory(path, entry, layer));
  }
  return location.missing.length;
}

function inodeOf(root: Directory, layer: number, entry: TarEntry): Inode {
  if (entry.type !== 'link') return { entry, layer };
  const target = nodeAt(root, cleanName(entry, entry.linkName));
  if (target === undefined) throw badEntry(entry.name, 'is a hard link to a file that is not there');
  if (target instanceof Directory) throw badEntry(entry.name, 'is a hard link to a directory');
  return target.inode;
}

function resolve(root: Directory, components: readonly ByteString[], entry: TarEntry): Location {
  const location = locate(root, components);
  if (location === undefined) throw badEntry(entry.name, 'lies behind symbolic links that go in circles');
  return location;
}

/** The directory that a location stands for, when all of it is there. */
function existing({ directories, missing }: Location): Directory | undefined {
  return missing.length > 0 ? undefined : directories.at(-1);
}

/** The components of a name, cleaned as by Go's filepath.Clean; docker, too, refuses one that leaves the root. */
function cleanName(entry: TarEntry, name: ByteString): ByteString[] {
  const components: ByteString[] = [];
  for (const part of name.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') components.push(part);
    else if (components.pop() === undefined) throw badEntry(entry.name, 'leads out of the image');
  }
  return components;
}

function tooMany(): LarderError {
  return new LarderError(
    'E_TOO_LARGE',
    'The image was refused because its layers have more directories than Larder can hold in memory.',
  );
}
