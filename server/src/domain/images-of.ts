import type { Manifest, ManifestImage, Pod, Span } from '../manifest/manifest.ts';

/** An image and the pod that names it. */
export interface PodImage {
  readonly pod: Pod;
  readonly source: ManifestImage;
}

/**
 * The images of a manifest, in its order.
 * @param within only those of which some value touches this span; absent: all
 */
export function* imagesOf(manifest: Manifest, within?: Span): Generator<PodImage> {
  for (const document of manifest.documents) {
    if (within !== undefined && !touches(document.span, within)) continue;
    for (const pod of document.pods) {
      for (const source of pod.images) {
        if (within === undefined || placesOf(source).some((span) => touches(span, within)))
          yield { pod, source };
      }
    }
  }
}

/** Whether two spans overlap or meet: a cursor right behind a word is still on it. */
export function touches(a: Span, b: Span): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** Where an image can be pointed at. */
function placesOf({ image, pullPolicy, misspelledKeys }: ManifestImage): Span[] {
  return [image, ...(pullPolicy ? [pullPolicy] : []), ...misspelledKeys].map(({ span }) => span);
}
