import { LarderError } from '../../domain/errors.ts';
import type { NameImage } from '../../domain/image.ts';
import { quote } from '../../domain/quote.ts';
import type { StoredImage } from '../../domain/record.ts';

/** What an image must be to be the one that was asked for. */
export interface Expectation {
  /** Its manifest must have the name, and all the labels with equal values (appc/spec, discovery.md, "Validation"). */
  readonly named: NameImage;
  /** As a dependency's `imageID` gives it, or the `id` of an app's image. */
  readonly imageId: string | null;
  /** Of the uncompressed ACI in bytes, as a dependency's `size` gives it. */
  readonly size: number | null;
}

/**
 * Compares an image with what was asked for.
 * @param from where the image is from: a URL, or the store
 * @throws LarderError E_MANIFEST, E_DIGEST, E_SIZE
 */
export function checkExpected(
  image: Pick<StoredImage, 'name' | 'labels' | 'imageId' | 'size'>,
  { named, imageId, size }: Expectation,
  from: string,
): void {
  const refuse = (
    code: 'E_MANIFEST' | 'E_DIGEST' | 'E_SIZE',
    is: string,
    asked: string,
    advice = 'tell its publisher',
  ): LarderError =>
    new LarderError(code, `The image from ${from} was refused: ${is}, and ${asked}; ${advice}.`);

  if (image.name !== named.name) {
    throw refuse('E_MANIFEST', `it is called ${quote(image.name)}`, `${named.name} was asked for`);
  }
  for (const [label, value] of Object.entries(named.labels)) {
    const actual = Object.hasOwn(image.labels, label) ? image.labels[label] : undefined;
    if (actual === value) continue;
    const is =
      actual === undefined
        ? `it has no label ${quote(label)}`
        : `its label ${quote(label)} is ${quote(actual)}`;
    throw refuse('E_MANIFEST', is, `${quote(value)} was asked for`);
  }
  if (imageId !== null && !image.imageId.startsWith(imageId)) {
    const advice = 'another image has its name by now, so correct the ID, or tell the publisher';
    throw refuse('E_DIGEST', `its image ID is ${image.imageId}`, `${imageId} was asked for`, advice);
  }
  if (size !== null && image.size !== size) {
    throw refuse('E_SIZE', `it has ${image.size} bytes`, `the image that needs it says ${size}`);
  }
}
