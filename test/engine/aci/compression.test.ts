import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { checkLayerType, detectCompression } from '../../../server/src/engine/aci/compression.ts';

describe('the compression of a layer', () => {
  it('is told by its first bytes', () => {
    assert.equal(detectCompression(gzipSync('a')), 'gzip');
    assert.equal(detectCompression(zstdCompressSync('a')), 'zstd');
    assert.equal(detectCompression(Buffer.from([0x5f, 0x2a, 0x4d, 0x18])), 'zstd');
    assert.equal(detectCompression(Buffer.from('etc/passwd')), 'none');
    assert.equal(detectCompression(Buffer.alloc(0)), 'none');
    assert.equal(detectCompression(Buffer.from([0x1f])), 'none');
  });
});

describe('the media type of a layer', () => {
  for (const type of [
    'application/vnd.oci.image.layer.v1.tar',
    'application/vnd.oci.image.layer.v1.tar+gzip',
    'application/vnd.oci.image.layer.v1.tar+zstd',
    'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip',
    'application/vnd.docker.image.rootfs.diff.tar',
    'application/vnd.docker.image.rootfs.diff.tar.gzip',
    'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  ]) {
    it(`may be ${type}`, () => {
      checkLayerType(type, 'sha256:abc');
    });
  }
  it('may not be that of something else', () => {
    assert.throws(
      () => {
        checkLayerType('application/vnd.in-toto+json', 'sha256:abc');
      },
      { code: 'E_UNSUPPORTED', message: /sha256:abc has the media type "application\/vnd\.in-toto\+json"/ },
    );
  });
  it('may not be that of an encrypted layer', () => {
    assert.throws(
      () => {
        checkLayerType('application/vnd.oci.image.layer.v1.tar+gzip+encrypted', 'sha256:abc');
      },
      { code: 'E_UNSUPPORTED', message: /is encrypted/ },
    );
  });
});
