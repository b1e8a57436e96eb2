import { Directory } from './file-tree.ts';
import type { Inode } from './file-tree.ts';
import type { ByteString, TarHeader } from './tar-entry.ts';

/** One member of an ACI: its header, and the inode whose data follows it, if any does. */
export interface AciMember {
  readonly header: TarHeader;
  readonly data: Inode | undefined;
}

/** Everything of the image is below it (appc/spec, aci.md, "Image Layout"). */
const ROOTFS = 'rootfs';

/** A directory that no layer describes. */
const PLAIN_DIRECTORY: TarHeader = {
  name: '',
  type: 'directory',
  linkName: '',
  mode: 0o755,
  uid: 0,
  gid: 0,
  userName: '',
  groupName: '',
  mtime: 0,
  deviceMajor: 0,
  deviceMinor: 0,
  size: 0,
  pax: [],
};

/**
 * The members of an ACI in the order they are written, the same for the same tree: directories by path, parents first; then
 * everything with data in the order of the layers' archives, so that these are read in one sweep; then further names of
 * files, each after the name it links to.
 */
export function* aciMembers(root: Directory): Generator<AciMember> {
  const firstNames = new Map<Inode, ByteString>();
  const links: TarHeader[] = [];
  for (const directory of directoriesOf(root)) {
    const header = directory.entry ?? PLAIN_DIRECTORY;
    yield { header: { ...header, name: `${inRootfs(directory.path)}/` }, data: undefined };
    for (const [name, node] of sorted(directory.children)) {
      if (node instanceof Directory) continue;
      const path = inRootfs(directory.pathOf(name));
      const first = firstNames.get(node.inode);
      if (first === undefined) firstNames.set(node.inode, path);
      else links.push({ ...node.inode.entry, name: path, type: 'link', linkName: first, size: 0, pax: [] });
    }
  }
  const inodes = [...firstNames].sort(([a], [b]) => a.layer - b.layer || a.entry.offset - b.entry.offset);
  for (const [inode, name] of inodes) {
    yield { header: { ...inode.entry, name }, data: inode.entry.size > 0 ? inode : undefined };
  }
  for (const header of links) yield { header, data: undefined };
}

/** The header of an ACI's first member. */
export function manifestHeader(size: number): TarHeader {
  return { ...PLAIN_DIRECTORY, name: 'manifest', type: 'file', mode: 0o644, size };
}

function inRootfs(path: ByteString): ByteString {
  return path === '' ? ROOTFS : `${ROOTFS}/${path}`;
}

/** A directory and all below it, each before what is below it. */
function* directoriesOf(directory: Directory): Generator<Directory> {
  yield directory;
  for (const [, node] of sorted(directory.children)) {
    if (node instanceof Directory) yield* directoriesOf(node);
  }
}

function sorted<T>(children: ReadonlyMap<ByteString, T>): [ByteString, T][] {
  return [...children].sort(([a], [b]) => (a < b ? -1 : 1));
}
