import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { simpleSignatureIn } from '../../../server/src/engine/policy/signature-format.ts';

const read = (bytes: Uint8Array): Uint8Array | undefined =>
  simpleSignatureIn({ name: '/signature-1', bytes: Buffer.from(bytes) });

describe('the format of a signature', () => {
  it('is told by its first packet', () => {
    // Old and new headers of a signature, a one-pass signature and compressed data.
    for (const first of [0x88, 0x8a, 0xc2, 0x90, 0x92, 0xc4, 0xa0, 0xa3, 0xc8]) {
      assert.deepEqual(read(Buffer.of(first, 1, 2)), Buffer.of(first, 1, 2));
    }
  });

  it('is told by its name', () => {
    const framed = (name: string): Buffer => Buffer.concat([Buffer.from(`\0${name}\n`), Buffer.of(1, 10, 2)]);
    assert.deepEqual(read(framed('simple-signing')), Buffer.of(1, 10, 2));
    assert.equal(read(framed('sigstore-json')), undefined);
  });

  it('is unknown, and then nothing counts', () => {
    const unknown = [
      Buffer.of(),
      Buffer.from('-----BEGIN PGP MESSAGE-----\n'),
      Buffer.from('<html>'),
      Buffer.from('\0other\n\x90'),
      Buffer.from('\0simple-signing'),
      // A key, and a packet that is none.
      Buffer.of(0x99, 1),
      Buffer.of(0xc6, 1),
    ];
    for (const bytes of unknown) {
      assert.throws(() => read(bytes), {
        code: 'E_SIGNATURE_BAD',
        message: /^\/signature-1 is no signature/,
      });
    }
  });
});
