import { createHash } from 'node:crypto';

/** One of the images that a tree is made of. */
export interface RenderImage {
  readonly imageId: string;
  /** Path of the uncompressed ACI. */
  readonly aci: string;
  /** Of its own manifest; empty: all paths. */
  readonly pathWhitelist: readonly string[];
  /**
   * The whitelist of the topmost image above it that has one; empty: none has. What an image lists holds for all that it is
   * made on, and the topmost image has the last word (appc/spec, acirenderer).
   */
  readonly within: readonly string[];
}

/**
 * The key of the tree that images make: equal for equal trees of equal images.
 * @param images dependencies first
 * @returns `sha512-` and 128 hex digits
 */
export function treeKey(images: readonly RenderImage[]): string {
  const parts = images.map(({ imageId, pathWhitelist, within }) => [
    imageId,
    pathWhitelist.toSorted(),
    within.toSorted(),
  ]);
  return `sha512-${createHash('sha512').update(JSON.stringify(parts)).digest('hex')}`;
}
