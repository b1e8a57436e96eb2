import { imagesOf } from '../domain/images-of.ts';
import { statusReader } from '../domain/image-status.ts';
import type { Span } from '../manifest/manifest.ts';
import { appPin } from './pin-app.ts';
import { referencePin } from './pin-reference.ts';
import { placeOf } from './pin.ts';
import type { Pin, PinWhat } from './pin.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

export interface FoundPins {
  /** In the order of the manifest, one for a text that many aliases lead to. */
  readonly pins: readonly Pin[];
  /** How many images are to be pinned, and the store has nothing to pin them to. */
  readonly unknown: number;
}

/**
 * Finds how to pin, unpin or update the images of a manifest. Nothing is asked: the digests are those of the store's snapshot. What a
 * template completes later is left alone.
 * @param within only the images there; absent: all
 */
export function findPins(
  snapshot: Snapshot,
  what: PinWhat,
  context: FeatureContext,
  within?: Span,
): FoundPins {
  const statusOf = statusReader(context, snapshot.parse);
  const seen = new Set<number>();
  const pins: Pin[] = [];
  let unknown = 0;
  for (const { source } of imagesOf(snapshot.manifest, within)) {
    const { start } = placeOf(source);
    if (source.unresolved || seen.has(start)) continue;
    seen.add(start);
    const pinOf = source.syntax === 'docker' ? referencePin : appPin;
    const found = pinOf({ snapshot, source, what, statusOf });
    if (found === 'unknown') unknown += 1;
    else if (found !== undefined) pins.push({ source, ...found });
  }
  return { pins, unknown };
}
