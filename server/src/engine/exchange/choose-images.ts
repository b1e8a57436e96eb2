import { quote } from '../../domain/quote.ts';
import { canonicalReference, familiarName } from '../../domain/reference.ts';
import type { DockerReference } from '../../domain/reference.ts';
import type { ListedImage } from './archived-image.ts';
import type { RefuseArchive } from './members.ts';

/** An image, and the name that it is imported under. */
export interface ChosenImage {
  readonly image: ListedImage;
  readonly reference: DockerReference;
}

/** More names than this are not listed in a message. */
const SHOWN = 10;

/**
 * Which images of an archive are imported, and under which names: all that have one; or, where a reference is asked for, the
 * image of that name, else the one with that tag, else the only one there is.
 * @throws LarderError E_USAGE, E_REF
 */
export function chooseImages(
  images: readonly ListedImage[],
  asked: DockerReference | undefined,
  refuse: RefuseArchive,
): readonly ChosenImage[] {
  if (asked !== undefined) return [{ image: imageFor(images, asked, refuse), reference: asked }];
  const chosen = images.flatMap((image) => image.names.map((reference) => ({ image, reference })));
  const unnamed = images.length - new Set(chosen.map(({ image }) => image)).size;
  if (unnamed === 0) return chosen;
  const which = images.length === 1 ? 'it does not name its image' : `${unnamed} of its images have no name`;
  throw refuse(`${which}; say what to call one with --reference docker://NAME:TAG`, 'E_REF');
}

function imageFor(
  images: readonly ListedImage[],
  asked: DockerReference,
  refuse: RefuseArchive,
): ListedImage {
  const canonical = canonicalReference(asked);
  const isAsked = (name: DockerReference): boolean => canonicalReference(name) === canonical;
  const found =
    images.find(({ names }) => names.some(isAsked)) ??
    images.find(({ tag }) => tag !== undefined && tag === asked.tag);
  const [only] = images;
  if (found !== undefined) return found;
  if (only !== undefined && images.length === 1) return only;
  const names = images.flatMap((image) => [...image.names.map(familiarName), image.tag ?? []].flat());
  const more = names.length > SHOWN ? ', …' : '';
  throw refuse(
    `it has ${images.length} images, and none is ${familiarName(asked)}: ${names.slice(0, SHOWN).map(quote).join(', ')}${more}`,
    'E_USAGE',
  );
}

/**
 * A digest can only be given as a name where it is that of what the archive holds.
 * @throws LarderError E_DIGEST
 */
export function checkDigest(
  { digest }: DockerReference,
  held: readonly string[],
  refuse: RefuseArchive,
): void {
  if (digest === undefined || held.includes(digest)) return;
  throw refuse(`what it holds has the digest ${held[0] ?? ''}, and ${digest} was asked for`, 'E_DIGEST');
}
