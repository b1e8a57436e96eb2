import type { DependencyGraph } from '../dependencies.ts';
import type { RenderImage } from './render-image.ts';

/** What is known of one image. */
export type KnownImage = Pick<RenderImage, 'aci' | 'pathWhitelist'>;

/**
 * The images of a tree in the order they are applied: what an image depends on before it, in the order of its manifest, "each
 * can overwrite files from the previous" (appc/spec, aci.md, "Image Manifest").
 *
 * One that several others depend on is applied where it counts most, and only once unless their whitelists differ; so a cycle
 * ends.
 * @param imageId the image on top
 * @param graph what each image directly depends on
 */
export function renderOrder(
  imageId: string,
  graph: DependencyGraph,
  known: (imageId: string) => KnownImage,
): RenderImage[] {
  const seen = new Set<string>();
  const topFirst: RenderImage[] = [];
  const ahead: { readonly imageId: string; readonly within: readonly string[] }[] = [{ imageId, within: [] }];
  for (let next = ahead.pop(); next !== undefined; next = ahead.pop()) {
    const key = JSON.stringify([next.imageId, next.within]);
    // Lower down it could add nothing to what it has added already.
    if (seen.has(key)) continue;
    seen.add(key);
    const image = { ...next, ...known(next.imageId) };
    topFirst.push(image);
    const within = image.within.length > 0 ? image.within : image.pathWhitelist;
    // The last dependency is the uppermost: it is taken from the end of the list first.
    for (const dependency of graph.get(next.imageId) ?? []) ahead.push({ imageId: dependency, within });
  }
  return topFirst.reverse();
}
