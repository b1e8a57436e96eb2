/** Layouts and archives made by hand, so that they can be made wrong. */
import { buildTar } from '../../helpers/layers.ts';
import type { Content, TarFile } from '../../helpers/layers.ts';
import { descriptor } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';

/** Names and contents. */
export type Files = Record<string, string | Buffer>;

export const blobOf = ({ digest }: Pick<Content, 'digest'>): string => `blobs/${digest.replace(':', '/')}`;

/** The files of an OCI image layout with one image, `team/app:1`. */
export function layoutOf(image: TestImage, more: readonly Content[] = []): Files {
  const annotations = { 'io.containerd.image.name': 'docker.io/team/app:1' };
  const manifests = [{ ...descriptor(image.manifest), annotations }];
  const blobs = [image.manifest, image.config, ...image.layers, ...more];
  return {
    'oci-layout': JSON.stringify({ imageLayoutVersion: '1.0.0' }),
    'index.json': JSON.stringify({ schemaVersion: 2, manifests }),
    ...Object.fromEntries(blobs.map((blob) => [blobOf(blob), blob.bytes])),
  };
}

/** The files of an archive of `docker save`, whose layers are those of the image: not compressed unless these are. */
export function savedOf(image: TestImage, tags: readonly string[] | null = ['team/app:1']): Files {
  const config = `${image.config.digest.slice(7)}.json`;
  const layers = image.layers.map((layer) => `${layer.digest.slice(7)}/layer.tar`);
  return {
    'manifest.json': JSON.stringify([{ Config: config, RepoTags: tags, Layers: layers }]),
    [config]: image.config.bytes,
    ...Object.fromEntries(image.layers.map((layer, at) => [layers[at] ?? '', layer.bytes])),
  };
}

/** @param more further members, as tar-stream has them */
export function tarOf(files: Files, ...more: readonly TarFile[]): Promise<Buffer> {
  return buildTar([...Object.entries(files).map(([name, content]) => ({ name, content })), ...more]);
}
