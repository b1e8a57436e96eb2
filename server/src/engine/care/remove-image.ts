import { LarderError } from '../../domain/errors.ts';
import { imagesOfPod } from '../../domain/pod/prepared-pod.ts';
import type { Pods } from '../prepare/pods.ts';
import type { Store } from '../store/store.ts';

/**
 * Removes an image, unless a prepared pod uses it. Registry blobs stay, for the next pull.
 * @param force removes it all the same
 * @throws LarderError E_IN_USE, E_NOT_FOUND; E_STORE_CORRUPT when nobody knows what a pod uses
 */
export function removeImage(
  store: Pick<Store, 'withPods' | 'removeImage'>,
  pods: Pick<Pods, 'list'>,
  imageId: string,
  force: boolean,
): Promise<void> {
  return store.withPods(undefined, async () => {
    if (!force) await refuseUsed(pods, imageId);
    await store.removeImage(imageId);
  });
}

async function refuseUsed(pods: Pick<Pods, 'list'>, imageId: string): Promise<void> {
  const [first, ...others] = (await pods.list()).filter((pod) => imagesOfPod(pod).includes(imageId));
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, as do ${others.length} more`;
  throw new LarderError(
    'E_IN_USE',
    `The image ${imageId} was not removed, because the prepared pod ${first.uuid} (${first.source}) uses it${more}; remove that with larder pod rm, or the image all the same with larder image rm --force.`,
  );
}
