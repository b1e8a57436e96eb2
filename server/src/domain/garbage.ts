import type { Manifest, ManifestImage } from '../manifest/manifest.ts';
import type { ParseImage } from './image-status.ts';
import type { Image, Platform } from './image.ts';
import { imagesOf } from './images-of.ts';

/** How long something in the store must not have been used before it is garbage, if nobody says otherwise. */
export const GRACE_PERIOD = '24h';

/**
 * The images that are no garbage because a manifest names them. What is no reference keeps nothing, and what a template leaves open
 * cannot.
 */
export function imagesKeptBy(manifest: Manifest, parse: ParseImage, platform: Platform): Image[] {
  const sources = Array.from(imagesOf(manifest), ({ source }) => source);
  return [...sources, ...sources.flatMap(byId)]
    .map((source) => parse(source, platform))
    .flatMap((image) => ('error' in image ? [] : [image]));
}

/** By its name an app's image may be another one than by its ID, which decides. */
function byId(source: ManifestImage): ManifestImage[] {
  const { id, image } = source;
  return id === undefined ? [] : [{ ...source, image: { ...image, value: id } }];
}
