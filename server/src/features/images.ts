import { imagesOf } from '../domain/images-of.ts';
import type { PodImage } from '../domain/images-of.ts';
import { statusReader } from '../domain/image-status.ts';
import type { ImageStatus } from '../domain/image-status.ts';
import { fetchModeOf } from '../domain/pull-policy.ts';
import type { FetchItem, ImagesParams } from '../protocol.ts';
import { cursorAt } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** Answers an ImagesRequest: which images of a document a command means, each once. */
export function images(
  snapshot: Snapshot,
  { position, which }: Pick<ImagesParams, 'position' | 'which'>,
  context: FeatureContext,
): FetchItem[] {
  const within = position && cursorAt(snapshot, position);
  return fetchItems(imagesOf(snapshot.manifest, within), which, statusReader(context, snapshot.parse));
}

/**
 * What to fetch of some images. Those that are not valid, or not known yet because they are templated, are left out.
 * @param which see {@link ImagesParams.which}
 */
export function fetchItems(
  sources: Iterable<PodImage>,
  which: ImagesParams['which'],
  statusOf: (source: PodImage['source']) => ImageStatus,
): FetchItem[] {
  const items = new Map<string, FetchItem>();
  for (const { source } of sources) {
    const status = statusOf(source);
    const mode = status.kind === 'image' ? modeOf(status, which) : null;
    if (mode === null) continue;
    const { syntax } = source;
    const image = source.image.value;
    const key = `${syntax} ${image}`;
    // Containers may ask for one image with several policies: whoever asks the remote gets what the others want, too.
    if (items.get(key)?.mode !== 'remote') items.set(key, { image, syntax, mode });
  }
  return [...items.values()];
}

function modeOf(
  { policy, stored }: Extract<ImageStatus, { kind: 'image' }>,
  which: ImagesParams['which'],
): FetchItem['mode'] | null {
  switch (which) {
    case 'missing':
      return stored.kind === 'known' && stored.record === undefined ? 'default' : null;
    case 'policy':
      return policy === undefined ? null : fetchModeOf(policy.policy);
    case 'all':
      return 'remote';
  }
}
