import { LarderError } from '../../domain/errors.ts';
import { badEntry } from '../aci/archive-error.ts';
import { Directory, locate, makeDirectory, nodeAt } from '../aci/file-tree.ts';
import type { Inode, Leaf } from '../aci/file-tree.ts';
import type { ByteString, TarEntry } from '../aci/tar-entry.ts';
import { NAME_LIMIT } from '../aci/tar-member.ts';
import { componentsOf, unfitName } from './entry-name.ts';
import { PathFilter } from './path-whitelist.ts';
import { unfitPath } from './render-error.ts';
import type { RenderImage } from './render-image.ts';

/** Memory of an entry or a directory beside its strings, roughly, in bytes. */
const NODE_COST = 256;

/**
 * The tree that images make, before any of it is made. Images are applied one after the other, dependencies first (appc/spec,
 * aci.md, "Image Manifest"), as layers are: what an image has replaces what was there, a directory over a directory keeps its
 * contents, and what lies below a symbolic link goes where the link leads, inside the tree.
 *
 * Memory grows with names only, and these have a limit.
 */
export class TreePlan {
  readonly root = new Directory('', undefined, -1);
  readonly #platform: NodeJS.Platform;
  readonly #limit: number;
  #cost = 0;
  #images = 0;

  /** @param limit of the memory for names, in bytes */
  constructor(platform: NodeJS.Platform, limit: number) {
    this.#platform = platform;
    this.#limit = limit;
  }

  /**
   * Begins with the next image.
   * @returns what takes its entries, in the order of its archive
   */
  image(image: Pick<RenderImage, 'pathWhitelist' | 'within'>): (entry: TarEntry) => void {
    const plan = new ImagePlan(this.root, this.#images++, new PathFilter(image), (cost) => this.#spend(cost));
    return (entry) => {
      plan.add(entry, this.#platform);
    };
  }

  #spend(cost: number): void {
    this.#cost += cost;
    if (this.#cost <= this.#limit) return;
    throw new LarderError(
      'E_TOO_LARGE',
      'The image was refused because it has more entries than Larder can hold in memory; render a smaller one.',
    );
  }
}

/** Applies the entries of one image. No two may have one name (appc/spec, aci.md, "Image Archives"). */
class ImagePlan {
  readonly #root: Directory;
  readonly #layer: number;
  readonly #filter: PathFilter;
  readonly #spend: (cost: number) => void;
  readonly #directories = new Set<Directory>();
  /** Files of the image that its whitelists leave out: another name of one may be on them. */
  readonly #leftOut = new Map<ByteString, Inode | undefined>();

  constructor(root: Directory, layer: number, filter: PathFilter, spend: (cost: number) => void) {
    this.#root = root;
    this.#layer = layer;
    this.#filter = filter;
    this.#spend = spend;
  }

  add(entry: TarEntry, platform: NodeJS.Platform): void {
    const components = componentsOf(entry, entry.name);
    if (components === undefined) return;
    const pax = entry.pax.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    this.#spend(NODE_COST + entry.name.length + entry.linkName.length + pax);
    const path = components.join('/');
    const name = components.pop();
    if (name === undefined) {
      this.#setRoot(entry);
    } else if (this.#filter.takes(path, entry.type)) {
      for (const part of [...components, name]) {
        const why = unfitName(part, platform);
        if (why !== undefined) throw unfitPath(path, why);
      }
      this.#place(components, name, entry);
    } else if (entry.type !== 'directory') {
      if (this.#leftOut.has(path)) throw duplicate(entry);
      this.#leftOut.set(path, this.#find(entry));
    }
  }

  #setRoot(entry: TarEntry): void {
    if (entry.type !== 'directory') throw badEntry(entry.name, 'would replace the root directory');
    this.#describe(this.#root, entry);
  }

  #place(parent: readonly ByteString[], name: ByteString, entry: TarEntry): void {
    const location = locate(this.#root, parent);
    if (location === undefined) throw badEntry(entry.name, 'lies behind symbolic links that go in circles');
    this.#spend(location.missing.length * NODE_COST);
    const directory = makeDirectory(location, this.#layer, entry);
    const path = directory.pathOf(name);
    if (path.length > NAME_LIMIT) throw badEntry(entry.name, `makes a path longer than ${NAME_LIMIT} bytes`);
    const before = directory.children.get(name);
    if (entry.type === 'directory' && before instanceof Directory) {
      this.#describe(before, entry);
      return;
    }
    if (before?.writtenBy === this.#layer) throw duplicate(entry);
    // The old one goes before a link's target is looked for: a link to itself has none.
    directory.children.delete(name);
    directory.children.set(name, this.#nodeOf(path, entry));
  }

  #describe(directory: Directory, entry: TarEntry): void {
    if (this.#directories.has(directory)) throw duplicate(entry);
    this.#directories.add(directory);
    directory.entry = entry;
    directory.writtenBy = this.#layer;
  }

  #nodeOf(path: ByteString, entry: TarEntry): Directory | Leaf {
    if (entry.type === 'directory') {
      const made = new Directory(path, entry, this.#layer);
      this.#directories.add(made);
      return made;
    }
    const inode = this.#find(entry);
    if (inode === undefined) throw badEntry(entry.name, 'is a hard link to a file that is not there');
    return { inode, writtenBy: this.#layer };
  }

  /** The inode that an entry stands for: its own, or that of its hard link's target. */
  #find(entry: TarEntry): Inode | undefined {
    if (entry.type !== 'link') return { entry, layer: this.#layer };
    const target = componentsOf(entry, entry.linkName);
    if (target === undefined) throw badEntry(entry.name, 'is a hard link to something outside of rootfs');
    const leftOut = this.#leftOut.get(target.join('/'));
    if (leftOut !== undefined) return leftOut;
    const node = target.length === 0 ? this.#root : nodeAt(this.#root, target);
    if (node instanceof Directory) throw badEntry(entry.name, 'is a hard link to a directory');
    return node?.inode;
  }
}

function duplicate(entry: TarEntry): LarderError {
  return badEntry(entry.name, 'has the place of another entry');
}
