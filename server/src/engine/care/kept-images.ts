import { LarderError } from '../../domain/errors.ts';
import type { Image } from '../../domain/image.ts';
import { expectationOf } from '../dependencies.ts';
import { readManifest } from '../store/image-manifest.ts';
import type { Store } from '../store/store.ts';

/**
 * Images, and all of the store that they depend on at any depth.
 * @param start image IDs; those that are not in the store are passed over
 * @throws LarderError E_STORE_CORRUPT when nobody knows what one depends on
 */
export async function withDependencies(
  store: Pick<Store, 'view' | 'manifestText'>,
  start: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const view = store.view();
  const idOf = (image: Image): string | undefined => view.find(image, '')?.image.imageId;
  const kept = new Set<string>();
  const queue = [...start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (kept.has(id) || idOf({ kind: 'id', canonical: id, id }) === undefined) continue;
    kept.add(id);
    for (const dependency of await dependenciesOf(store, id)) {
      const { named, imageId } = expectationOf(dependency);
      // One with an image ID is that image and no other (appc ImageManifest, `dependencies`).
      const found = imageId ?? idOf(named);
      if (found !== undefined) queue.push(found);
    }
  }
  return kept;
}

async function dependenciesOf(
  store: Pick<Store, 'manifestText'>,
  imageId: string,
): Promise<ReturnType<typeof readManifest>['dependencies']> {
  try {
    return readManifest(await store.manifestText(imageId)).dependencies;
  } catch (error) {
    throw new LarderError(
      'E_STORE_CORRUPT',
      `The manifest of the image ${imageId} cannot be read, so nobody knows what it depends on; repair the store with larder image verify --repair.`,
      error,
    );
  }
}
