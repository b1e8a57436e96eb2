import { join } from 'node:path';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';
import type { Rendered } from './describe-tree.ts';
import { treeKey } from './render-image.ts';
import type { RenderImage } from './render-image.ts';
import { jsonName } from './tree-listing.ts';

/** What Larder writes about a tree that it has rendered, `tree.json`. */
export interface TreeRecord {
  readonly version: 1;
  readonly key: string;
  /** Dependencies first. */
  readonly images: readonly Pick<RenderImage, 'imageId' | 'pathWhitelist' | 'within'>[];
  /** SHA-512 of the listing, and so of all that is in the tree. */
  readonly digest: string;
  readonly entries: number;
  /** Bytes of all files, each counted once. */
  readonly size: number;
  /** Devices and fifos. */
  readonly notMade: readonly unknown[];
  /** Paths whose extended attributes were not set. */
  readonly attributes: readonly unknown[];
}

/** In the directory of a tree, beside its `rootfs`. */
const RECORD = 'tree.json';
/** Every entry of the tree with its owner: a line each. */
export const LISTING = 'entries.jsonl';

export function recordOf(
  images: readonly RenderImage[],
  digest: string,
  { entries, size, notMade, attributes }: Rendered,
): TreeRecord {
  return {
    version: 1,
    key: treeKey(images),
    images: images.map(({ imageId, pathWhitelist, within }) => ({ imageId, pathWhitelist, within })),
    digest,
    entries: entries.length,
    size,
    notMade: notMade.map(({ path, mode, ...rest }) => ({
      path: jsonName(path),
      mode: mode.toString(8).padStart(4, '0'),
      ...rest,
    })),
    attributes: attributes.map(({ path, names }) => ({ path: jsonName(path), names })),
  };
}

export function recordPath(tree: string): string {
  return join(tree, RECORD);
}

/**
 * @param tree directory of a tree
 * @returns undefined when there is no record, or none that can be understood
 */
export async function readRecord(fs: Host['fs'], tree: string, key: string): Promise<TreeRecord | undefined> {
  try {
    const record = JSON.parse(await fs.readFile(recordPath(tree), 'utf8')) as TreeRecord | null;
    return record?.version === 1 && record.key === key ? record : undefined;
  } catch (error) {
    // Cut off, or never there: there is no tree of that key that can be used.
    if (error instanceof SyntaxError || ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? ''))
      return undefined;
    throw error;
  }
}
