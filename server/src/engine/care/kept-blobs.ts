import type { Log } from '../host.ts';
import { parseManifest } from '../registry/manifest.ts';
import { refusal } from '../registry/manifest-error.ts';
import { MANIFEST_LIMIT } from '../registry/registry-client.ts';
import type { ConvertedFrom } from '../store/rows.ts';
import type { Store } from '../store/store.ts';

/**
 * The digests of everything that images were converted from: with it they are exported, and a tag that moves costs only what has
 * changed.
 */
export async function blobsOf(
  { blobs }: Pick<Store, 'blobs'>,
  images: readonly ConvertedFrom[],
  log: Log,
): Promise<ReadonlySet<string>> {
  const kept = new Set(images.flatMap(({ manifests, configDigest }) => [...manifests, configDigest]));
  for (const digest of new Set(images.flatMap(({ manifests }) => manifests))) {
    if (!(await blobs.has(digest))) continue;
    try {
      const bytes = await blobs.read(digest, MANIFEST_LIMIT);
      const manifest = parseManifest(bytes, undefined, refusal(`the manifest ${digest}`));
      // The entry of an index that was chosen is among the manifests.
      if (manifest.kind === 'index') continue;
      for (const { digest: part } of [manifest.config, ...manifest.layers]) kept.add(part);
    } catch (error) {
      // Nothing can be made of it, so that its layers are of no use to anybody either.
      log.warn(`The layers of the manifest ${digest} are not kept: ${String(error)}`);
    }
  }
  return kept;
}
