import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { constants, createZstdDecompress, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { ZstdFrames } from '../../../server/src/engine/aci/zstd-frames.ts';

const inflate = (bytes: Buffer, step: number): Promise<Buffer> => {
  const pieces = [];
  for (let at = 0; at < bytes.length; at += step) pieces.push(bytes.subarray(at, at + step));
  const frames = Readable.from(pieces).pipe(new ZstdFrames());
  const inflated = frames.pipe(createZstdDecompress());
  return buffer(inflated);
};

function skippable(data: string): Buffer {
  const frame = Buffer.alloc(8 + data.length);
  frame.writeUInt32LE(0x184d2a53);
  frame.writeUInt32LE(data.length, 4);
  frame.write(data, 8);
  return frame;
}

const content = fc.oneof(
  fc.uint8Array({ maxLength: 2000 }).map((array) => Buffer.from(array)),
  fc.nat(300_000).map((length) => Buffer.alloc(length, 'a')),
);
/** A frame with or without checksum and content size, or one to skip. */
const frame = fc.oneof(
  fc
    .record({ data: content, checksum: fc.constantFrom(0, 1), sized: fc.constantFrom(0, 1) })
    .map(({ data, checksum, sized }) => {
      const params = { [constants.ZSTD_c_checksumFlag]: checksum, [constants.ZSTD_c_contentSizeFlag]: sized };
      return { bytes: zstdCompressSync(data, { params }), data };
    }),
  fc
    .string({ maxLength: 30, unit: 'binary-ascii' })
    .map((text) => ({ bytes: skippable(text), data: Buffer.alloc(0) })),
);

describe('zstd data of several frames', () => {
  it('is inflated whole, whatever pieces it comes in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(frame, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 5000 }),
        async (frames, step) => {
          const bytes = Buffer.concat(frames.map((one) => one.bytes));
          const data = Buffer.concat(frames.map((one) => one.data));
          assert.ok((await inflate(bytes, step)).equals(data));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is passed on unchanged, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (array) => {
        const bytes = Buffer.concat([zstdCompressSync('a'), Buffer.from(array)]);
        assert.ok((await buffer(Readable.from([bytes]).pipe(new ZstdFrames()))).equals(bytes));
      }),
      { numRuns: 60 },
    );
  });
});
