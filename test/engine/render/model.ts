/** What a tree should be, written as plainly as possible and without the engine: one flat map of paths. */

export interface ModelEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'link';
  /** Content of a file, target of a link. */
  readonly text: string;
}

interface ModelNode {
  readonly kind: 'directory' | 'file' | 'symlink';
  readonly text: string;
  /** What hard links share. */
  readonly inode: object;
  /** The image that wrote the path last, or something below it. */
  by: number;
  /** The image that has an entry for this very path. */
  described: number;
}

class Refused extends Error {}

/**
 * The tree that images make, dependencies first, as lines: `directory/`, `file: content`, `link -> target`, `name = first name`.
 * @returns undefined when an image must be refused
 */
export function modelTree(images: readonly (readonly ModelEntry[])[]): string[] | undefined {
  const tree = new Map<string, ModelNode>();
  try {
    for (const [number, entries] of images.entries()) for (const entry of entries) apply(tree, number, entry);
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
  return linesOf(tree);
}

function apply(tree: Map<string, ModelNode>, by: number, { name, type, text }: ModelEntry): void {
  const parts = name.split('/');
  const last = parts.pop() ?? '';
  const parent = makeParents(tree, resolve(tree, parts), by);
  const path = parent === '' ? last : `${parent}/${last}`;
  const there = tree.get(path);
  if (type === 'directory' && there?.kind === 'directory') {
    if (there.described === by) throw new Refused();
    there.by = there.described = by;
    return;
  }
  if (there?.by === by) throw new Refused();
  for (const other of [...tree.keys()]) {
    if (other === path || other.startsWith(`${path}/`)) tree.delete(other);
  }
  if (type !== 'link') {
    tree.set(path, { kind: type, text, inode: {}, by, described: by });
    return;
  }
  const target = text.split('/');
  const base = target.pop() ?? '';
  const { path: directory } = resolve(tree, target);
  const node = tree.get(directory === '' ? base : `${directory}/${base}`);
  if (node === undefined || node.kind === 'directory') throw new Refused();
  tree.set(path, { ...node, by, described: by });
}

/** Follows the symbolic links in a path, one at a time, each time from the start. */
function resolve(
  tree: Map<string, ModelNode>,
  parts: readonly string[],
): { path: string; followed: boolean } {
  let path = parts.join('/');
  for (let followed = 0; followed <= 255; followed++) {
    const next = step(tree, path);
    if (next === undefined) return { path: normal(path), followed: followed > 0 };
    path = next;
  }
  throw new Refused();
}

/** The path with its first symbolic link replaced; undefined when there is none. */
function step(tree: Map<string, ModelNode>, path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  for (let length = 1; length <= parts.length; length++) {
    const prefix = normal(parts.slice(0, length).join('/'));
    const node = tree.get(prefix);
    if (parts[length - 1] === '..' || node?.kind !== 'symlink') continue;
    const rest = parts.slice(length).join('/');
    return node.text.startsWith('/')
      ? `${node.text}/${rest}`
      : `${normal(`${prefix}/..`)}/${node.text}/${rest}`;
  }
  return undefined;
}

/** A path without `..`, which at the root stays there. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

function makeParents(
  tree: Map<string, ModelNode>,
  { path, followed }: { path: string; followed: boolean },
  by: number,
): string {
  const parts = path === '' ? [] : path.split('/');
  for (let length = 1; length <= parts.length; length++) {
    const prefix = parts.slice(0, length).join('/');
    const node = tree.get(prefix);
    if (node?.kind === 'directory') {
      node.by = by;
      continue;
    }
    if (node !== undefined && (followed || node.by === by)) throw new Refused();
    tree.set(prefix, { kind: 'directory', text: '', inode: {}, by, described: -1 });
  }
  return path;
}

function linesOf(tree: ReadonlyMap<string, ModelNode>): string[] {
  const firsts = new Map<object, string>();
  return [...tree.keys()]
    .sort()
    .map((path) => {
      const node = tree.get(path);
      if (node === undefined || node.kind === 'directory') return `${path}/`;
      const first = firsts.get(node.inode);
      if (first !== undefined) return `${path} = ${first}`;
      firsts.set(node.inode, path);
      return node.kind === 'file' ? `${path}: ${node.text}` : `${path} -> ${node.text}`;
    })
    .sort();
}
