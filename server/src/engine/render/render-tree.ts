import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { LAYER_LIMITS } from '../aci/layer-scan.ts';
import type { Host } from '../host.ts';
import { removeTree } from '../store/remove-tree.ts';
import { storeIo } from '../store/store-error.ts';
import { describeTree } from './describe-tree.ts';
import type { Rendered } from './describe-tree.ts';
import { makeTree } from './make-tree.ts';
import { readAci } from './read-aci.ts';
import type { RenderImage } from './render-image.ts';
import { nodesOf } from './tree-nodes.ts';
import { TreePlan } from './tree-plan.ts';

export interface RenderWatch {
  readonly signal: AbortSignal;
  /** Told how many bytes of files are written, and how many will be. */
  readonly onProgress: (written: number, total: number) => void;
}

export interface RenderOptions {
  /** Whether all of it is on disk in the end, and not only handed to the system. */
  readonly durable?: boolean;
  /** Of the memory for names, in bytes. */
  readonly limit?: number;
}

/** The part of an image that a tree is made of (appc/spec, aci.md, "Image Layout"). */
export const ROOTFS = 'rootfs';

/**
 * Makes the tree of an image and those it depends on: `DIRECTORY/rootfs`. Twice over the same images it makes the same. The
 * archives are read twice, to learn what is wanted of each and to copy just that; memory grows with names only.
 * @param images dependencies first
 * @param directory exists, and has no `rootfs`
 * @throws LarderError E_DIGEST when a stored image is damaged; E_ARCHIVE, E_TOO_LARGE, E_UNSUPPORTED, E_STORE_IO, E_NO_SPACE;
 *   the signal's reason. Nothing is left of the tree then.
 */
export async function renderTree(
  host: Pick<Host, 'fs'>,
  images: readonly RenderImage[],
  directory: string,
  { signal, onProgress }: RenderWatch,
  { durable = false, limit = LAYER_LIMITS.listing }: RenderOptions = {},
): Promise<Rendered> {
  const root = join(directory, ROOTFS);
  const archives: FileHandle[] = [];
  try {
    const plan = new TreePlan(process.platform, limit);
    for (const image of images) {
      const archive = await storeIo('read', image.aci, () => host.fs.open(image.aci, 'r'));
      archives.push(archive);
      await storeIo('read', image.aci, () => readAci(archive, image, plan.image(image), signal));
    }
    const nodes = nodesOf(plan.root);
    const size = nodes.files.reduce((sum, { inode }) => sum + inode.entry.size, 0);
    let written = 0;
    const onBytes = (count: number): void => {
      written += count;
      onProgress(written, size);
    };
    // What is there already is not this render's to remove.
    await storeIo('write', root, () => host.fs.mkdir(root, 0o700));
    try {
      const digests = await makeTree(host, root, nodes, archives, { durable, signal, onBytes });
      return describeTree(nodes, digests);
    } catch (error) {
      await removeTree(host.fs, root);
      throw error;
    }
  } finally {
    for (const archive of archives) await archive.close();
  }
}
