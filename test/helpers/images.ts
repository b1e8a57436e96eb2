/** Images and indexes for tests, ready to be pushed to the registry of `registry.ts`. */
import type { Platform } from '../../server/src/domain/image.ts';
import { buildLayer, sha256 } from './layers.ts';
import type { Content, Layer, LayerSpec, MediaTypes } from './layers.ts';

/** What a registry must hold to serve an image or an index. */
export interface Pushable {
  /** Digest of the manifest or index that a tag would point to. */
  readonly digest: string;
  readonly manifests: readonly Content[];
  readonly blobs: readonly Content[];
}

export interface TestImage extends Pushable {
  readonly platform: Platform;
  readonly manifest: Content;
  readonly config: Content;
  readonly layers: readonly Layer[];
}

export interface TestIndex extends Pushable {
  readonly index: Content;
}

export interface ImageSpec {
  readonly layers: readonly LayerSpec[];
  /** The `config` of the image configuration: `Cmd`, `Env`, … */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Default: oci. */
  readonly mediaTypes?: MediaTypes;
  /** Default: linux/amd64. */
  readonly platform?: Platform;
}

const TYPES = {
  docker: {
    manifest: 'application/vnd.docker.distribution.manifest.v2+json',
    config: 'application/vnd.docker.container.image.v1+json',
    index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  },
  oci: {
    manifest: 'application/vnd.oci.image.manifest.v1+json',
    config: 'application/vnd.oci.image.config.v1+json',
    index: 'application/vnd.oci.image.index.v1+json',
  },
} as const;

const LINUX_AMD64: Platform = { os: 'linux', architecture: 'amd64' };

export async function buildImage(spec: ImageSpec): Promise<TestImage> {
  const { mediaTypes = 'oci', platform = LINUX_AMD64 } = spec;
  const layers = await Promise.all(spec.layers.map((layer) => buildLayer(layer, mediaTypes)));
  const config = jsonContent(TYPES[mediaTypes].config, {
    created: '2024-01-01T00:00:00Z',
    ...platform,
    config: spec.config ?? {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const manifest = jsonContent(TYPES[mediaTypes].manifest, {
    schemaVersion: 2,
    mediaType: TYPES[mediaTypes].manifest,
    config: descriptor(config),
    layers: layers.map(descriptor),
  });
  return {
    digest: manifest.digest,
    manifests: [manifest],
    blobs: [config, ...layers],
    platform,
    manifest,
    config,
    layers,
  };
}

/** An index (OCI) or manifest list (Docker) of images, each for the platform it was built for, in the order given. */
export function buildIndex(images: readonly TestImage[], mediaTypes: MediaTypes = 'oci'): TestIndex {
  const index = jsonContent(TYPES[mediaTypes].index, {
    schemaVersion: 2,
    mediaType: TYPES[mediaTypes].index,
    manifests: images.map(({ manifest, platform }) => ({ ...descriptor(manifest), platform })),
  });
  return {
    digest: index.digest,
    manifests: [index, ...images.flatMap(({ manifests }) => manifests)],
    blobs: images.flatMap(({ blobs }) => blobs),
    index,
  };
}

/** A JSON document as a registry serves it. */
export function jsonContent(mediaType: string, value: unknown): Content {
  const bytes = Buffer.from(JSON.stringify(value));
  return { digest: sha256(bytes), mediaType, bytes };
}

export function descriptor({ mediaType, digest, bytes }: Content): {
  mediaType: string;
  digest: string;
  size: number;
} {
  return { mediaType, digest, size: bytes.length };
}
