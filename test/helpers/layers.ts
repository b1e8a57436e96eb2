/** Layers for tests: the same files give the same bytes, whoever builds them and when. */
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';

/** An entry of a tar archive: tar-stream's header, of which only the name is needed, and the content of a file. */
export interface TarFile extends Partial<Omit<Header, 'size'>> {
  readonly name: string;
  readonly content?: string | Uint8Array;
}

export type Compression = 'gzip' | 'zstd' | 'none';

export interface LayerSpec {
  readonly files: readonly TarFile[];
  /** Default: gzip. */
  readonly compression?: Compression;
}

/** Content that a registry serves by its digest. */
export interface Content {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface Layer extends Content {
  /** Digest of the uncompressed tar. */
  readonly diffId: string;
}

export type MediaTypes = 'docker' | 'oci';

const LAYER_TYPES: Record<MediaTypes, Record<Compression, string>> = {
  docker: {
    gzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    zstd: 'application/vnd.docker.image.rootfs.diff.tar.zstd',
    none: 'application/vnd.docker.image.rootfs.diff.tar',
  },
  oci: {
    gzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
    zstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
    none: 'application/vnd.oci.image.layer.v1.tar',
  },
};

const COMPRESS: Record<Compression, (tar: Buffer) => Buffer> = {
  gzip: (tar) => gzipSync(tar),
  zstd: (tar) => zstdCompressSync(tar),
  none: (tar) => tar,
};

/** Some moment that every entry has that names none. */
const MTIME = new Date(Date.UTC(2024, 0, 1));

export function sha256(bytes: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

export async function buildTar(files: readonly TarFile[]): Promise<Buffer> {
  const archive = pack();
  for (const { content = '', type = 'file', ...header } of files) {
    const entry = { mtime: MTIME, type, ...header };
    if (type === 'file') archive.entry(entry, Buffer.from(content));
    else archive.entry(entry);
  }
  archive.finalize();
  return buffer(archive);
}

export async function buildLayer(
  { files, compression = 'gzip' }: LayerSpec,
  mediaTypes: MediaTypes,
): Promise<Layer> {
  const tar = await buildTar(files);
  const bytes = COMPRESS[compression](tar);
  return {
    digest: sha256(bytes),
    mediaType: LAYER_TYPES[mediaTypes][compression],
    bytes,
    diffId: sha256(tar),
  };
}
