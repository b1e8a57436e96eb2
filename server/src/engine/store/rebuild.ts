import { basename } from 'node:path';
import type { StoredImage } from '../../domain/record.ts';
import type { Host } from '../host.ts';
import { readManifest, remoteOf } from './image-manifest.ts';
import { imageIdOfManifest } from './layout.ts';
import type { Layout } from './layout.ts';
import { putImage, putRemote } from './rows.ts';
import type { Dependency } from './rows.ts';
import type { Database } from './sqlite.ts';
import type { RemoteRecord } from '../../domain/record.ts';

/** What the store's files say of an image. */
export interface Recovered {
  readonly image: StoredImage;
  readonly dependencies: readonly Dependency[];
  readonly remote: RemoteRecord | null;
}

/**
 * Fills an empty index from what the store holds: the blobs that have a manifest. What only the index knew is lost: when a
 * remote was last asked, HTTP caching data, who signed, and what was imported as "latest".
 * @returns number of images found
 */
export async function rebuild(host: Host, layout: Layout, db: Database): Promise<number> {
  const found: Recovered[] = [];
  for (const name of await host.fs.readdir(layout.manifests)) {
    const imageId = imageIdOfManifest(name);
    const recovered = imageId === undefined ? undefined : await tryRecover(host, layout, imageId);
    if (recovered !== undefined) found.push(recovered);
  }
  // The newest comes last, so that it is the one a tag leads to.
  found.sort((a, b) => a.image.importedAt - b.image.importedAt);
  for (const { image, dependencies, remote } of found) {
    putImage(db, image, dependencies);
    if (remote !== null) putRemote(db, remote);
  }
  return found.length;
}

async function tryRecover(host: Host, layout: Layout, imageId: string): Promise<Recovered | undefined> {
  try {
    return await recover(host, layout, imageId);
  } catch (error) {
    // One bad image must not cost the others: it is left out, and a fetch brings it back.
    const name = basename(layout.manifest(imageId));
    host.log.warn(`The image of ${name} was left out of the rebuilt index: ${String(error)}`);
    return undefined;
  }
}

/**
 * Reads what the index had of an image from its files.
 * @throws system errors, Error when the manifest is none
 */
export async function recover({ fs }: Pick<Host, 'fs'>, layout: Layout, imageId: string): Promise<Recovered> {
  const path = layout.manifest(imageId);
  const [blob, { mtimeMs }] = [await fs.stat(layout.image(imageId)), await fs.stat(path)];
  const manifest = readManifest(await fs.readFile(path, 'utf8'));
  const importedAt = Math.floor(mtimeMs);
  const { name, labels, dependencies } = manifest;
  const image = {
    ...{ imageId, size: blob.size, name, labels, importedAt, lastUsedAt: importedAt },
    ...{ latest: false, signers: [] },
  };
  return { image, dependencies, remote: remoteOf(manifest, imageId, importedAt) };
}
