import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';

export type Compression = 'gzip' | 'zstd' | 'none';

/** As much as is inflated at once. */
const CHUNK_SIZE = 1024 * 1024;

/** Bytes that tell the compression of a layer. */
export const MAGIC_LENGTH = 4;

/** Which compression a file has by its first bytes: RFC 1952 §2.3.1; RFC 8878 §3.1.1 and §3.1.2. */
export function detectCompression(start: Buffer): Compression {
  if (start.length >= 2 && start.readUInt16BE() === 0x1f8b) return 'gzip';
  if (start.length < MAGIC_LENGTH) return 'none';
  const magic = start.readUInt32LE();
  // A zstd file may begin with a skippable frame.
  return magic === 0xfd2fb528 || (magic & 0xfffffff0) >>> 0 === 0x184d2a50 ? 'zstd' : 'none';
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
 * A stream that inflates; undefined for what is not compressed.
 * @throws LarderError E_UNSUPPORTED when this Node has no zstd
 */
export function createDecompressor(compression: Compression): Transform | undefined {
  switch (compression) {
    case 'none':
      return undefined;
    case 'gzip':
      return zlib.createGunzip({ chunkSize: CHUNK_SIZE });
    case 'zstd':
      return createZstd();
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
