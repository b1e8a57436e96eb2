/** An image made of given layers, in an OCI image layout (OCI image-spec, image-layout.md) for the real tools. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LayerInput } from '../../server/src/engine/aci/layer-scan.ts';
import { sha256 } from '../engine/aci/archives.ts';

export interface LayoutImage {
  /** The image where umoci and skopeo find it: `LAYOUT:TAG`. */
  readonly layout: string;
  readonly layers: readonly LayerInput[];
  /** The configuration's JSON text. */
  readonly config: string;
}

const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** Writes a layout with one image of the given uncompressed layers, lowest first. */
export async function writeLayout(directory: string, archives: readonly Buffer[]): Promise<LayoutImage> {
  const blobs = join(directory, 'blobs', 'sha256');
  await mkdir(blobs, { recursive: true });
  const put = async (bytes: Buffer): Promise<{ digest: string; size: number; path: string }> => {
    const digest = sha256(bytes);
    const path = join(blobs, digest.slice('sha256:'.length));
    await writeFile(path, bytes);
    return { digest, size: bytes.length, path };
  };
  const layers = await Promise.all(
    archives.map(async (archive) => ({
      ...(await put(gzipSync(archive))),
      mediaType: LAYER_TYPE,
      diffId: sha256(archive),
    })),
  );
  const config = JSON.stringify({
    created: '2024-01-01T00:00:00Z',
    os: 'linux',
    architecture: 'amd64',
    config: { Cmd: ['/bin/sh'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
  });
  const { digest, size } = await put(Buffer.from(config));
  const manifest = await put(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest, size },
        layers: layers.map((layer) => ({ mediaType: LAYER_TYPE, digest: layer.digest, size: layer.size })),
      }),
    ),
  );
  const index = {
    schemaVersion: 2,
    manifests: [
      {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: manifest.digest,
        size: manifest.size,
        annotations: { 'org.opencontainers.image.ref.name': 'test' },
      },
    ],
  };
  await writeFile(join(directory, 'index.json'), JSON.stringify(index));
  await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return { layout: `${directory}:test`, layers, config };
}
