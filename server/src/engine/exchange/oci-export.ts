import { policyRepository } from '../../domain/policy/policy-scope.ts';
import type { DockerReference } from '../../domain/reference.ts';
import type { Descriptor } from '../registry/descriptor.ts';
import { addText } from './archive-sink.ts';
import type { ArchiveSink, FileSystem } from './archive-sink.ts';
import type { Exportable } from './exportable.ts';
import { readStored } from './stored-blob.ts';

/**
 * Writes an OCI image layout (image-spec, image-layout.md) with one image: its manifest, configuration and layers are those of
 * the registry, byte for byte. Names go where BuildKit and containerd have them.
 * @throws LarderError E_STORE_CORRUPT
 */
export async function writeOciLayout(
  host: FileSystem,
  { reference, manifest, config, layers }: Exportable,
  sink: ArchiveSink,
  signal: AbortSignal,
): Promise<void> {
  await addText(sink, 'oci-layout', JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await addText(sink, 'index.json', JSON.stringify(indexOf(reference, manifest)));
  for (const { bytes, ...blob } of [manifest, config]) await sink.add(blobName(blob), blob.size, [bytes]);
  // An image may have the same layer several times.
  const distinct = new Map(layers.map((layer) => [layer.digest, layer]));
  for (const layer of distinct.values())
    await sink.add(blobName(layer), layer.size, readStored(host, layer, signal));
}

/** Where a blob is in a layout. */
export function blobName({ digest }: Pick<Descriptor, 'digest'>): string {
  return `blobs/${digest.replace(':', '/')}`;
}

export const INDEX_TYPE = 'application/vnd.oci.image.index.v1+json';
export const REF_NAME = 'org.opencontainers.image.ref.name';
export const CONTAINERD_NAME = 'io.containerd.image.name';

function indexOf(reference: DockerReference, { mediaType, digest, size }: Descriptor): object {
  const annotations = namesOf(reference);
  const described = { mediaType, digest, size };
  return {
    schemaVersion: 2,
    mediaType: INDEX_TYPE,
    manifests: [annotations === undefined ? described : { ...described, annotations }],
  };
}

/** A digest names what it is the digest of, maybe an index, which is not written here: only tags are names of an export. */
function namesOf(reference: DockerReference): Record<string, string> | undefined {
  if (reference.digest !== undefined) return undefined;
  const { tag = 'latest' } = reference;
  // In full, as in `docker.io/library/nginx:1.27`: containerd takes it as it is.
  return { [CONTAINERD_NAME]: `${policyRepository(reference)}:${tag}`, [REF_NAME]: tag };
}
