import type { ImageRole, ManifestImage } from './manifest.ts';
import { meantKey } from './misspelled.ts';
import { isUnresolved } from './templates.ts';
import { child, entriesOf, placedVia, textOf } from './tree.ts';
import type { Reached, ReachedEntry } from './tree.ts';

/** The keys of an image and its pull policy in one object. */
export interface ImageKeys {
  readonly image: string;
  readonly policy: string;
}

/**
 * The images of one container or volume: one, or as many as its image key is written, since the branches of a template each
 * write theirs.
 * @param owner the container or volume, which has the name
 * @param source the object with the keys: the container itself, or what is below a volume's `image`
 */
export function readImages(
  role: ImageRole,
  owner: Reached,
  source: Reached,
  keys: ImageKeys,
): ManifestImage[] {
  const misspelledKeys: ManifestImage['misspelledKeys'][number][] = [];
  const written: ReachedEntry[] = [];
  const misspelled: ReachedEntry[] = [];
  for (const found of entriesOf(source)) {
    const { key } = found.entry;
    if (key.value === keys.image) written.unshift(found);
    const meant = meantKey(key.value, [keys.image, keys.policy]);
    if (meant === undefined) continue;
    misspelledKeys.unshift({ ...placedVia(key, found.via), meant });
    if (meant === keys.image) misspelled.unshift(found);
  }
  // `Image: nginx` still shows which image is meant. A map's own image replaces a merged one.
  const candidates = written.length > 0 ? written : misspelled;
  const holding = candidates.at(-1)?.map;
  const name = textOf(child(owner, 'name'))?.value;
  const pullPolicy = textOf(child(source, keys.policy));
  const images = candidates.flatMap(({ entry, map, via }) => {
    const image = map === holding ? textOf({ node: entry.value, via }) : undefined;
    return image === undefined || image.value === '' ? [] : [image];
  });
  return images.map((image, index) => ({
    role,
    name,
    image,
    syntax: 'docker',
    unresolved: isUnresolved(image.value),
    pullPolicy,
    misspelledKeys: index === 0 ? misspelledKeys : [],
  }));
}
