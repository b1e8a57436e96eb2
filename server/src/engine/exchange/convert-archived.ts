import type { DockerImage, Platform } from '../../domain/image.ts';
import { formatPlatform } from '../../domain/platform.ts';
import type { DockerCacheData, RemoteRecord } from '../../domain/record.ts';
import type { DockerReference } from '../../domain/reference.ts';
import { canonicalReference } from '../../domain/reference.ts';
import { Conversion } from '../aci/convert.ts';
import type { WorkerPool } from '../aci/worker-pool.ts';
import type { Host } from '../host.ts';
import type { SourceContext } from '../sources/source.ts';
import type { Store } from '../store/store.ts';
import type { ArchivedImage } from './archived-image.ts';
import { Intake } from './intake.ts';
import type { RefuseArchive } from './members.ts';

export interface ArchivedTask {
  readonly image: ArchivedImage;
  readonly reference: DockerReference;
  readonly platform: Platform;
  readonly refuse: RefuseArchive;
}

export interface ImportParts {
  readonly host: Host;
  readonly store: Store;
  readonly pool: WorkerPool;
}

/**
 * Converts an image whose layers are in an archive, as DockerSource does one whose layers were pulled.
 * @returns the image ID
 * @throws LarderError; then nothing of it is in the store
 */
export async function convertArchived(
  { image, reference, platform, refuse }: ArchivedTask,
  { host, store, pool }: ImportParts,
  { signal, onProgress }: Pick<SourceContext, 'signal' | 'onProgress'>,
): Promise<string> {
  const { config, manifestDigest, manifests, layers } = image;
  const onPhase = (phase: 'convert' | 'store'): void => onProgress({ phase, received: 0, total: null });
  const conversion = new Conversion({ pool, tempFile: (suffix) => store.tempFile(suffix), signal });
  const intake = new Intake(host, store.blobs, refuse);
  const out = await store.tempFile('.aci');
  try {
    onPhase('convert');
    for (const [at, layer] of layers.entries()) {
      const { mediaType, digest, diffId } = layer;
      const path = await intake.take(layer, signal);
      // A layer that is no good is the conversion's failure, which `finish` throws.
      void conversion.add(at, { path, mediaType, digest, diffId }).catch(() => undefined);
    }
    const configText = config.bytes.toString();
    const source = { reference, config: configText, manifestDigest, configDigest: config.digest, platform };
    const { imageId, size, manifest } = await conversion.finish(source, out);
    onPhase('store');
    for (const { digest, bytes } of [...manifests, config]) await store.blobs.put(digest, bytes);
    await intake.commit();
    await store.importImage({
      ...{ file: out, imageId, size, manifest: manifest.json, name: manifest.name, labels: manifest.labels },
      ...{ latest: false, signers: [], dependencies: [] },
      remote: await remoteOf({ image, reference, platform }, imageId, host, store),
    });
    return imageId;
  } finally {
    await conversion.dispose();
    await intake.dispose();
    // Gone already when it was moved into the store.
    await host.fs.rm(out, { force: true });
  }
}

/**
 * What is known about the reference now. No registry was asked, so nobody knows whether it would answer this; unless it did before,
 * for the very manifest.
 */
async function remoteOf(
  { image, reference, platform }: Omit<ArchivedTask, 'refuse'>,
  imageId: string,
  { clock }: Pick<Host, 'clock'>,
  store: Store,
): Promise<RemoteRecord> {
  const asked: DockerImage = { kind: 'docker', canonical: canonicalReference(reference), reference };
  const { digest, manifestDigest, config, layers } = image;
  const sizes = new Map(layers.map((layer) => [layer.digest, layer.size]));
  const docker: DockerCacheData = {
    ...{ digest, manifestDigest, configDigest: config.digest, movedTo: null },
    downloadSize: [...sizes.values()].reduce((sum, size) => sum + size, 0),
  };
  const unasked: RemoteRecord = {
    ...{ url: asked.canonical, platform: formatPlatform(platform), imageId, importedAt: clock.now() },
    ...{ checkedAt: null, http: null, docker },
  };
  await store.refresh();
  const known = store.view().find(asked, unasked.platform)?.remote;
  const isSame = known?.docker?.manifestDigest === manifestDigest;
  return isSame ? { ...known, imageId, importedAt: unasked.importedAt } : unasked;
}
