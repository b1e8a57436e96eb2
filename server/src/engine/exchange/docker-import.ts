import type { Platform } from '../../domain/image.ts';
import { quote } from '../../domain/quote.ts';
import { parseReference } from '../../domain/reference.ts';
import { detectCompression, MAGIC_LENGTH } from '../aci/compression.ts';
import type { Compression } from '../aci/compression.ts';
import type { Host } from '../host.ts';
import { isRecord } from '../registry/descriptor.ts';
import { digestOf, hashFor } from '../registry/digest.ts';
import { refusal } from '../registry/manifest-error.ts';
import { MANIFEST_LIMIT } from '../registry/registry-client.ts';
import { CONFIG_LIMIT, parseDiffIds } from '../sources/docker-config.ts';
import type { ArchivedImage, ArchivedLayer, Document, ListedImage } from './archived-image.ts';
import { readExtent, readStart } from './extent.ts';
import type { Extent } from './extent.ts';
import type { MemberReader } from './members.ts';

/** What marks an archive of `docker save`. */
export const ARCHIVE_FILE = 'manifest.json';

/** One image in manifest.json (moby, image/spec/v1.2.md). */
interface SavedImage {
  readonly config: string;
  readonly tags: readonly string[];
  readonly layers: readonly string[];
}

export interface ArchiveInput {
  readonly host: Pick<Host, 'fs'>;
  readonly reader: MemberReader;
  /** For messages. */
  readonly path: string;
  readonly signal: AbortSignal;
}

/**
 * Lists the images of an archive of `docker save`. It has no manifests of registries: each image gets one that is made of its
 * configuration and its layers, always the same, and which no registry need know.
 * @throws LarderError E_ARCHIVE, E_MANIFEST, E_TOO_LARGE, E_REF
 */
export async function listDockerArchive(input: ArchiveInput): Promise<readonly ListedImage[]> {
  const saved = parseSaved(await input.reader.read(ARCHIVE_FILE, MANIFEST_LIMIT), input.path);
  return saved.map((image) => ({
    names: image.tags.map(parseReference),
    tag: undefined,
    read: (_: Platform, accept) => readSaved(input, image, accept),
  }));
}

function parseSaved(bytes: Buffer, path: string): SavedImage[] {
  const refuse = refusal(`the ${ARCHIVE_FILE} of ${path}`);
  const images = parseJson(bytes);
  if (!Array.isArray(images) || images.length === 0) throw refuse('it is not a JSON list of images');
  return images.map((image: unknown, at): SavedImage => {
    const { Config: config, RepoTags, Layers } = isRecord(image) ? image : {};
    const [tags, layers] = [textsOf(RepoTags), textsOf(Layers)];
    if (typeof config !== 'string' || tags === undefined || layers === undefined)
      throw refuse(`its image ${at + 1} has no "Config", "RepoTags" and "Layers" that can be read`);
    return { config, tags, layers };
  });
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The caller says so, in words that do not depend on the parser.
    return undefined;
  }
}

/** Go writes an empty list as null. */
function textsOf(value: unknown): readonly string[] | undefined {
  const list = value ?? [];
  return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
}

async function readSaved(
  { host, reader, path, signal }: ArchiveInput,
  { config: name, layers: names }: SavedImage,
  accept: () => Promise<void>,
): Promise<ArchivedImage> {
  await accept();
  const bytes = await reader.read(name, CONFIG_LIMIT);
  const config = { digest: digestOf(bytes), bytes };
  const named = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(name)?.[1];
  if (named !== undefined && config.digest !== `sha256:${named}`)
    throw reader.refuse(`its configuration ${quote(name)} has the digest ${config.digest}`, 'E_DIGEST');
  const diffIds = parseDiffIds(bytes, names.length, refusal(`the configuration ${quote(name)} of ${path}`));
  const layers: ArchivedLayer[] = [];
  // An image may have the same layer several times.
  const known = new Map<string, ArchivedLayer>();
  for (const [at, layerName] of names.entries()) {
    const diffId = diffIds[at] ?? '';
    const key = `${layerName} ${diffId}`;
    const layer = known.get(key) ?? (await describe(host, await reader.locate(layerName), diffId, signal));
    known.set(key, layer);
    layers.push(layer);
  }
  const manifest = manifestOf(config, layers);
  return { digest: manifest.digest, manifestDigest: manifest.digest, config, manifests: [manifest], layers };
}

const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const MEDIA_TYPE: Readonly<Record<Compression, string>> = {
  none: LAYER,
  gzip: `${LAYER}+gzip`,
  zstd: `${LAYER}+zstd`,
};

/** Docker saves layers uncompressed, BuildKit as it would push them. */
async function describe(
  host: Pick<Host, 'fs'>,
  extent: Extent,
  diffId: string,
  signal: AbortSignal,
): Promise<ArchivedLayer> {
  const compression = detectCompression(await readStart(host, extent, MAGIC_LENGTH));
  const { size } = extent;
  const mediaType = MEDIA_TYPE[compression];
  if (compression === 'none') return { mediaType, digest: diffId, size, extent, diffId };
  const hash = hashFor('sha256:');
  for await (const piece of readExtent(host, extent, signal)) hash.update(piece);
  return { mediaType, digest: `sha256:${hash.digest('hex')}`, size, extent, diffId };
}

function manifestOf(config: Document, layers: readonly ArchivedLayer[]): Document {
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {
      mediaType: 'application/vnd.oci.image.config.v1+json',
      digest: config.digest,
      size: config.bytes.length,
    },
    layers: layers.map(({ mediaType, digest, size }) => ({ mediaType, digest, size })),
  };
  const bytes = Buffer.from(JSON.stringify(manifest));
  return { digest: digestOf(bytes), bytes };
}
