import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { isSkippableMagic, ZSTD_MAGIC, ZstdFrames } from './zstd-frames.ts';

export type Compression = 'gzip' | 'zstd' | 'none';

/** As much as is inflated at once. Larger pieces are not faster, and more memory waits for the garbage collector. */
const CHUNK_SIZE = 128 * 1024;

/** Bytes that tell the compression of a layer. */
export const MAGIC_LENGTH = 4;

/** Which compression a file has by its first bytes: RFC 1952 §2.3.1; RFC 8878 §3.1.1 and §3.1.2. */
export function detectCompression(start: Buffer): Compression {
  if (start.length >= 2 && start.readUInt16BE() === 0x1f8b) return 'gzip';
  if (start.length < MAGIC_LENGTH) return 'none';
  const magic = start.readUInt32LE();
  return magic === ZSTD_MAGIC || isSkippableMagic(magic) ? 'zstd' : 'none';
}

/**
 * Whether a media type is that of an image layer (OCI image-spec, layer.md; docker's image manifest v2, schema 2). What its
 * suffix says about the compression is not trusted: registries hold wrongly labelled layers, and the content's digest decides.
 * @throws LarderError E_UNSUPPORTED
 */
export function checkLayerType(mediaType: string, digest: string): void {
  if (LAYER_TYPE.test(mediaType)) return;
  const encrypted = mediaType.endsWith('+encrypted');
  throw new LarderError(
    'E_UNSUPPORTED',
    `The layer ${digest} ${encrypted ? 'is encrypted' : `has the media type ${quote(mediaType)}`}, which Larder cannot convert; ` +
      'use an image with tar, gzip or zstd layers.',
  );
}

const LAYER_TYPE =
  /^application\/(?:vnd\.oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?|vnd\.docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd|\+zstd)?)$/;

/**
 * The streams that inflate, in order; none for what is not compressed.
 * @throws LarderError E_UNSUPPORTED when this Node has no zstd
 */
export function createDecompressors(compression: Compression): Transform[] {
  switch (compression) {
    case 'none':
      return [];
    case 'gzip':
      return [zlib.createGunzip({ chunkSize: CHUNK_SIZE })];
    case 'zstd':
      return [new ZstdFrames(), createZstd()];
  }
}

function createZstd(): Transform {
  // Since Node 22.15; as a named import its absence would keep this whole module from loading.
  const create = (zlib as { createZstdDecompress?: typeof zlib.createZstdDecompress }).createZstdDecompress;
  if (create !== undefined) return create({ chunkSize: CHUNK_SIZE });
  throw new LarderError(
    'E_UNSUPPORTED',
    `A layer is compressed with zstd, which Node ${process.versions.node} cannot read; run Larder on Node 22.15 or newer.`,
  );
}
