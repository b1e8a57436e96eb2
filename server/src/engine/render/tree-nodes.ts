import { Directory } from '../aci/file-tree.ts';
import type { Inode } from '../aci/file-tree.ts';
import type { ByteString } from '../aci/tar-entry.ts';

/** Something other than a directory, with all its names. */
export interface Node {
  readonly inode: Inode;
  /** Its paths, sorted; at least one. */
  readonly paths: readonly [ByteString, ...ByteString[]];
}

export interface TreeNodes {
  /** Each before what is below it. */
  readonly directories: readonly Directory[];
  /** In the order in which their data is in the archives. */
  readonly files: readonly Node[];
  readonly symlinks: readonly Node[];
  /** Devices and fifos. */
  readonly others: readonly Node[];
}

/** Takes a planned tree apart, into what is made one after the other. */
export function nodesOf(root: Directory): TreeNodes {
  const directories: Directory[] = [];
  const names = new Map<Inode, [ByteString, ...ByteString[]]>();
  const ahead = [root];
  for (let directory = ahead.pop(); directory !== undefined; directory = ahead.pop()) {
    directories.push(directory);
    for (const [name, node] of directory.children) {
      if (node instanceof Directory) {
        ahead.push(node);
        continue;
      }
      const path = directory.pathOf(name);
      const known = names.get(node.inode);
      if (known === undefined) names.set(node.inode, [path]);
      else known.push(path);
    }
  }
  const nodes = [...names].map(([inode, paths]) => ({ inode, paths: paths.sort() }));
  nodes.sort((a, b) => a.inode.layer - b.inode.layer || a.inode.entry.offset - b.inode.entry.offset);
  const ofType = (...types: string[]): Node[] =>
    nodes.filter(({ inode }) => types.includes(inode.entry.type));
  return {
    directories,
    files: ofType('file'),
    symlinks: ofType('symlink'),
    others: ofType('character', 'block', 'fifo'),
  };
}
