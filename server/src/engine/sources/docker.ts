import type { DockerImage, Platform } from '../../domain/image.ts';
import type { DockerCacheData, Signer, StoreRecord } from '../../domain/record.ts';
import type { OnProgress } from '../progress.ts';
import type { Descriptor } from '../registry/descriptor.ts';
import { CONFIG_LIMIT, parseDiffIds } from './docker-config.ts';
import type { DockerContext } from './docker-context.ts';
import { refusalOf, resolveManifest, versionOf } from './docker-manifest.ts';
import type { ResolvedManifest } from './docker-manifest.ts';
import { DownloadProgress } from './download-progress.ts';

export interface DigestAnswer {
  /** Whether the stored image is still what the reference means. */
  readonly unchanged: boolean;
  /** What the registry answers for the reference now. */
  readonly digest: string;
}

/** A layer whose blob is in the store. */
export interface PulledLayer extends Descriptor {
  /** Of the blob. */
  readonly path: string;
  /** Digest of the uncompressed layer, as the configuration has it. */
  readonly diffId: string;
}

/** An image whose blobs are all in the store, verified. */
export interface PulledImage {
  /** Of the index where there is one, else of the manifest. */
  readonly digest: string;
  readonly manifestDigest: string;
  readonly configDigest: string;
  readonly configBytes: Buffer;
  /** Who signed it and had to. */
  readonly signers: readonly Signer[];
  /** Sum of the layers' sizes as the registry serves them; one that is there twice counts once. */
  readonly downloadSize: number;
}

/**
 * Asks the registry whether a reference still means the stored image, with one HEAD. When the digest is another, the manifest is
 * got, since what counts is the image: an index also moves when another platform's image does, and a manifest when its layers
 * were compressed anew. The answer is recorded.
 */
export async function askDigest(
  context: DockerContext,
  image: DockerImage,
  platform: Platform,
  record: StoreRecord,
  signal: AbortSignal,
): Promise<DigestAnswer> {
  const { reference } = image;
  const { digest } = await context.registry.headManifest(reference, versionOf(reference), signal);
  const { remote } = record;
  // After a rebuild of the store's index nobody knows what the image came from.
  if (!remote?.docker) return { unchanged: false, digest };

  const { docker } = remote;
  const isSame = async (): Promise<boolean> => {
    const now = await manifestOf(context, image, platform, digest, signal);
    return now.manifestDigest === docker.manifestDigest || now.manifest.config.digest === docker.configDigest;
  };
  const unchanged = [docker.digest, docker.manifestDigest].includes(digest) || (await isSame());
  const answer: DockerCacheData = unchanged
    ? { ...docker, digest, movedTo: null }
    : { ...docker, movedTo: digest };
  await context.store.recordRemote({ ...remote, checkedAt: context.host.clock.now(), docker: answer });
  return { unchanged, digest };
}

/**
 * Has the image policy, which may have changed, judge a stored image once more, as it judges one that is pulled. Its manifests
 * are in the store.
 * @throws LarderError as ImagePolicy
 */
export async function recheckPolicy(
  context: DockerContext,
  image: DockerImage,
  platform: Platform,
  digest: string,
  signal: AbortSignal,
): Promise<void> {
  const { bytes } = await manifestOf(context, image, platform, digest, signal);
  await context.policy.check({ reference: image.reference, manifest: bytes }, signal);
}

function manifestOf(
  context: DockerContext,
  image: DockerImage,
  platform: Platform,
  digest: string,
  signal: AbortSignal,
): Promise<ResolvedManifest> {
  const asked: DockerImage = { ...image, reference: { ...image.reference, tag: undefined, digest } };
  return resolveManifest(context, asked, platform, signal);
}

/** Whoever watches a pull. */
export interface PullWatch {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /**
   * Told of each layer as soon as its blob is in the store, in any order.
   * @param index its place in the image, the lowest being 0
   */
  readonly onLayer: (index: number, layer: PulledLayer) => void;
}

/**
 * Gets an image: its manifest, its configuration, and then its layers side by side, as far as the store does not have them.
 * The configuration comes first: it is small, and an image whose configuration does not fit its layers is refused before these.
 * @throws LarderError; what has come until then stays in the store for the next time
 */
export async function pull(
  context: DockerContext,
  image: DockerImage,
  platform: Platform,
  { signal, onProgress, onLayer }: PullWatch,
): Promise<PulledImage> {
  const { host, store, downloads } = context;
  const refuse = refusalOf(image);
  onProgress({ phase: 'resolve', received: 0, total: null });
  const resolved = await resolveManifest(context, image, platform, signal);
  const signers = await context.policy.check(
    { reference: image.reference, manifest: resolved.bytes },
    signal,
  );
  const { config, layers } = resolved.manifest;
  if (config.size > CONFIG_LIMIT) {
    const why = `its configuration has ${config.size} bytes, and at most ${CONFIG_LIMIT} are read`;
    throw refuse(why, 'E_TOO_LARGE');
  }
  const missing = await missingOf(context, distinct([config, ...layers]));
  const progress = new DownloadProgress(host.clock, missing, onProgress);
  const get = async (blob: Descriptor, until: AbortSignal): Promise<void> => {
    if (!missing.some(({ digest }) => digest === blob.digest)) return;
    const onBytes = (received: number): void => progress.update(blob, received);
    await downloads.get(image.reference, blob, { signal: until, onBytes });
  };

  await get(config, signal);
  const configBytes = await store.blobs.read(config.digest, CONFIG_LIMIT);
  const diffIds = parseDiffIds(configBytes, layers.length, refuse);
  await allOrNone(distinct(layers), signal, async (blob, shared) => {
    await get(blob, shared);
    const path = store.blobs.path(blob.digest);
    layers.forEach((layer, index) => {
      if (layer.digest === blob.digest) onLayer(index, { ...layer, path, diffId: diffIds[index] ?? '' });
    });
  });
  return {
    digest: resolved.digest,
    manifestDigest: resolved.manifestDigest,
    configDigest: config.digest,
    configBytes,
    signers,
    downloadSize: distinct(layers).reduce((sum, { size }) => sum + size, 0),
  };
}

async function missingOf({ store }: DockerContext, blobs: readonly Descriptor[]): Promise<Descriptor[]> {
  const there = await Promise.all(blobs.map(({ digest }) => store.blobs.has(digest)));
  return blobs.filter((_, at) => there[at] !== true);
}

/** Works on all items at once. The first failure stops the others, and is thrown when they have stopped. */
async function allOrNone<T>(
  items: readonly T[],
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const shared = AbortSignal.any([signal, stop.signal]);
  let failure: { readonly error: unknown } | undefined;
  await Promise.all(
    items.map(async (item) => {
      try {
        await work(item, shared);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    }),
  );
  if (failure !== undefined) throw failure.error;
}

/** A manifest may list one blob several times. */
function distinct(blobs: readonly Descriptor[]): Descriptor[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}
