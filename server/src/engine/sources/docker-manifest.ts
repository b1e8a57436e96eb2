import { LarderError } from '../../domain/errors.ts';
import type { DockerImage, Platform } from '../../domain/image.ts';
import { formatPlatform } from '../../domain/platform.ts';
import { familiarName } from '../../domain/reference.ts';
import type { DockerReference } from '../../domain/reference.ts';
import type { Descriptor } from '../registry/descriptor.ts';
import { isDigest, matches } from '../registry/digest.ts';
import { parseManifest } from '../registry/manifest.ts';
import type { ImageManifest } from '../registry/manifest.ts';
import { refusal } from '../registry/manifest-error.ts';
import type { Refuse } from '../registry/manifest-error.ts';
import { MANIFEST_LIMIT } from '../registry/registry-client.ts';
import type { FetchedManifest } from '../registry/registry-client.ts';
import { selectPlatform } from '../registry/select-platform.ts';
import type { DockerContext } from './docker-context.ts';

/** The manifest of the image that a reference means on one platform. */
export interface ResolvedManifest {
  /** Of the index where there is one, else of the manifest: what the registry answers for the reference. */
  readonly digest: string;
  readonly manifestDigest: string;
  readonly manifest: ImageManifest;
  /** Its bytes, of which the digest is. */
  readonly bytes: Buffer;
}

/** What to ask a registry for: the digest alone where there is one, else the tag. */
export function versionOf({ tag, digest }: DockerReference): string {
  if (digest !== undefined && !isDigest(digest)) {
    throw new LarderError(
      'E_UNSUPPORTED',
      `Larder cannot fetch ${digest}: only sha256 and sha512 digests can be checked; name the image by its tag.`,
    );
  }
  return digest ?? tag ?? 'latest';
}

export function refusalOf(image: DockerImage): Refuse {
  return refusal(`the manifest of ${familiarName(image.reference)}`);
}

/**
 * Gets the manifest of an image, through its index where there is one. Both are kept in the store as they came, byte for
 * byte, and what the store has by digest is not asked for again.
 */
export async function resolveManifest(
  context: DockerContext,
  image: DockerImage,
  platform: Platform,
  signal: AbortSignal,
): Promise<ResolvedManifest> {
  const { reference } = image;
  const refuse = refusalOf(image);
  const top = await manifestBytes(context, reference, versionOf(reference), signal);
  const manifest = parseManifest(top.bytes, top.mediaType, refuse);
  await context.store.blobs.put(top.digest, top.bytes);
  if (manifest.kind === 'image') {
    return { digest: top.digest, manifestDigest: top.digest, manifest, bytes: top.bytes };
  }

  const entry = selectPlatform(manifest, platform, refuse);
  const chosen = await manifestBytes(context, reference, entry.digest, signal);
  const imageManifest = parseChosen(chosen.bytes, entry, refusal(chosenName(reference, platform)));
  await context.store.blobs.put(entry.digest, chosen.bytes);
  return { digest: top.digest, manifestDigest: entry.digest, manifest: imageManifest, bytes: chosen.bytes };
}

function chosenName(reference: DockerReference, platform: Platform): string {
  return `the manifest of ${familiarName(reference)} for ${formatPlatform(platform)}`;
}

function parseChosen(bytes: Buffer, entry: Descriptor, refuse: Refuse): ImageManifest {
  if (bytes.length !== entry.size) {
    throw refuse(`it has ${bytes.length} bytes, and its index gives it ${entry.size}`, 'E_SIZE');
  }
  const manifest = parseManifest(bytes, entry.mediaType, refuse);
  if (manifest.kind === 'index') throw refuse('it is another index', 'E_UNSUPPORTED');
  return manifest;
}

async function manifestBytes(
  { store, registry }: DockerContext,
  repository: DockerReference,
  version: string,
  signal: AbortSignal,
): Promise<FetchedManifest> {
  if (isDigest(version) && (await store.blobs.has(version))) {
    const bytes = await store.blobs.read(version, MANIFEST_LIMIT);
    // A blob that a disk has spoiled is fetched again.
    if (matches(bytes, version)) return { digest: version, bytes, mediaType: undefined };
  }
  return registry.getManifest(repository, version, signal);
}
