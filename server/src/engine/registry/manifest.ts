import { quote } from '../../domain/quote.ts';
import { isRecord, parseDescriptor } from './descriptor.ts';
import type { Descriptor } from './descriptor.ts';
import type { Refuse } from './manifest-error.ts';
import {
  CONFIG_TYPES,
  IMAGE_TYPES,
  INDEX_TYPES,
  isForeignLayer,
  LAYER_TYPES,
  SCHEMA1_TYPES,
} from './media-types.ts';

/** A manifest of one image (image-spec, manifest.md; Docker's schema 2). */
export interface ImageManifest {
  readonly kind: 'image';
  readonly config: Descriptor;
  /** The lowest first. */
  readonly layers: readonly Descriptor[];
}

/** A list of manifests for several platforms (image-spec, image-index.md; Docker's manifest list). */
export interface ImageIndex {
  readonly kind: 'index';
  readonly entries: readonly IndexEntry[];
}

export interface IndexEntry extends Descriptor {
  /** As the index has it: not checked, and undefined where it has none. */
  readonly platform: Readonly<Record<string, unknown>> | undefined;
}

export type Manifest = ImageManifest | ImageIndex;

/**
 * Reads a manifest or an index, and refuses everything that is neither.
 * @param contentType what the registry calls it; undefined when it does not say
 * @throws LarderError E_SCHEMA1, E_UNSUPPORTED for what is no container image, E_MANIFEST for what is malformed
 */
export function parseManifest(bytes: Buffer, contentType: string | undefined, refuse: Refuse): Manifest {
  const document = parseJson(bytes, refuse);
  const mediaType = mediaTypeOf(document, contentType, refuse);
  if (SCHEMA1_TYPES.includes(mediaType)) {
    const next = 'ask its publisher to push it again with a current tool';
    throw refuse(`it is in Docker's schema 1, which is long deprecated; ${next}`, 'E_SCHEMA1');
  }
  if (document['schemaVersion'] !== 2) throw refuse('its schemaVersion is not 2');
  if (INDEX_TYPES.includes(mediaType)) return parseIndex(document, refuse);
  if (IMAGE_TYPES.includes(mediaType)) return parseImage(document, refuse);
  throw refuse(
    `it is of the type ${quote(mediaType)}, which is neither an image nor an index`,
    'E_UNSUPPORTED',
  );
}

function parseJson(bytes: Buffer, refuse: Refuse): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (isRecord(value)) return value;
  } catch {
    // Said below, in words that do not depend on the parser.
  }
  throw refuse('it is not a JSON object');
}

/**
 * What a manifest is. The registry, the document and its shape must agree: a document that is an image to one client and an
 * index to another has two contents under one digest (CVE-2021-41190).
 */
function mediaTypeOf(
  document: Record<string, unknown>,
  contentType: string | undefined,
  refuse: Refuse,
): string {
  const written = document['mediaType'];
  if (written !== undefined && typeof written !== 'string') throw refuse('its mediaType is not a text');
  if (written !== undefined && contentType !== undefined && written !== contentType) {
    throw refuse(`it says it is ${quote(written)}, and it was announced as ${quote(contentType)}`);
  }
  if ('manifests' in document && ('layers' in document || 'config' in document)) {
    throw refuse('it is an image and an index at once');
  }
  return written ?? contentType ?? guessMediaType(document);
}

/** OCI does not demand a mediaType, and bytes that come from the store have no Content-Type. */
function guessMediaType(document: Record<string, unknown>): string {
  if (document['schemaVersion'] === 1) return 'application/vnd.docker.distribution.manifest.v1+json';
  return 'manifests' in document
    ? 'application/vnd.oci.image.index.v1+json'
    : 'application/vnd.oci.image.manifest.v1+json';
}

function parseIndex({ manifests }: Record<string, unknown>, refuse: Refuse): ImageIndex {
  if (!Array.isArray(manifests)) throw refuse('it lists no manifests');
  const entries = manifests.map((value: unknown, at): IndexEntry => {
    const descriptor = parseDescriptor(value, `manifest ${at + 1}`, refuse);
    const platform = isRecord(value) ? value['platform'] : undefined;
    return { ...descriptor, platform: isRecord(platform) ? platform : undefined };
  });
  return { kind: 'index', entries };
}

function parseImage(document: Record<string, unknown>, refuse: Refuse): ImageManifest {
  const config = parseDescriptor(document['config'], 'configuration', refuse);
  if (!CONFIG_TYPES.includes(config.mediaType)) {
    const artifact = document['artifactType'];
    const type = typeof artifact === 'string' ? artifact : config.mediaType;
    throw refuse(`it is an artifact of the type ${quote(type)}, not a container image`, 'E_UNSUPPORTED');
  }
  if (!Array.isArray(document['layers'])) throw refuse('it lists no layers');
  const layers = document['layers'].map((value: unknown, at) => parseLayer(value, at + 1, refuse));
  return { kind: 'image', config, layers };
}

function parseLayer(value: unknown, number: number, refuse: Refuse): Descriptor {
  const layer = parseDescriptor(value, `layer ${number}`, refuse);
  if (LAYER_TYPES.includes(layer.mediaType)) return layer;
  if (isForeignLayer(layer.mediaType)) {
    const why = 'is a foreign layer, which registries do not hold; images of Windows are made of them';
    throw refuse(`its layer ${number} ${why}`, 'E_UNSUPPORTED');
  }
  throw refuse(
    `its layer ${number} is of the type ${quote(layer.mediaType)}, which Larder cannot unpack`,
    'E_UNSUPPORTED',
  );
}
