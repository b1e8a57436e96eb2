import { gzipSync } from 'node:zlib';
import { aciOf, file } from '../fixture.ts';
import { block, MANIFEST_BLOCK, patched, pax, rawAci, ROOTFS_BLOCK } from '../raw-tar.ts';
import { BROKEN, tree } from './outcome.ts';
import type { HostileAci } from './outcome.ts';

const whole = aciOf(file('a', 'x'.repeat(2000)), file('b'));
const base256 = (value: bigint): Buffer => {
  const field = Buffer.alloc(12);
  field.writeBigInt64BE(value, 4);
  field[0] = value < 0n ? 0xff : 0x80;
  if (value < 0n) field.fill(0xff, 0, 4);
  return field;
};
const SIZE = 124;

/** Archives that are cut, or that lie about themselves. */
export const FORMATS: Readonly<Record<string, HostileAci>> = {
  'an archive that is cut off in data': () => [whole.subarray(0, 3000), BROKEN],
  'an archive that is cut off in a header': () => [whole.subarray(0, 1200), BROKEN],
  'an inflated archive that is cut off': () => [gzipSync(whole.subarray(0, 3000)), BROKEN],
  'a compressed archive that is cut off': () => [
    gzipSync(whole).subarray(0, -20),
    { import: 'E_DECOMPRESS' },
  ],
  'a compressed archive with a wrong checksum': () => {
    const bytes = gzipSync(whole);
    bytes[bytes.length - 8] = (bytes.at(-8) ?? 0) ^ 1;
    return [bytes, { import: 'E_DECOMPRESS' }];
  },
  'a header with a wrong checksum': () => [
    Buffer.concat([
      MANIFEST_BLOCK,
      ROOTFS_BLOCK,
      Buffer.from(block({ name: 'rootfs/a' })).fill('8', 100, 101),
    ]),
    BROKEN,
  ],
  'no archive': () => [Buffer.from('<!DOCTYPE html>'.repeat(100)), BROKEN],
  'data between the blocks that end an archive': () => [
    Buffer.concat([MANIFEST_BLOCK, ROOTFS_BLOCK, Buffer.alloc(512), block({ name: 'rootfs/a' })]),
    BROKEN,
  ],
  'an archive behind the end of the archive': () => [
    Buffer.concat([aciOf(file('a', '1')), aciOf(file('b'))]),
    tree('a: 1'),
  ],
  'a negative size': () => [rawAci(patched(block({ name: 'rootfs/a' }), SIZE, base256(-512n))), BROKEN],
  'a size beyond all disks': () => [
    rawAci(patched(block({ name: 'rootfs/a' }), SIZE, base256(1n << 62n))),
    BROKEN,
  ],
  'a size larger than the archive': () => [
    rawAci(patched(block({ name: 'rootfs/a' }), SIZE, base256(1n << 40n))),
    BROKEN,
  ],
  'a PAX size larger than the archive': () => [
    rawAci(pax({ size: '99999999' }), block({ name: 'rootfs/a' })),
    BROKEN,
  ],
  'a PAX size that is no number': () => [rawAci(pax({ size: '-1' }), block({ name: 'rootfs/a' })), BROKEN],
  'a PAX record with a wrong length': () => [
    rawAci(block({ name: 'x', typeFlag: 'x' }, '99 path=rootfs/b\n'), block({ name: 'rootfs/a' })),
    BROKEN,
  ],
  'a PAX header for nobody': () => [
    Buffer.concat([MANIFEST_BLOCK, ROOTFS_BLOCK, pax({ path: 'rootfs/a' })]),
    BROKEN,
  ],
  'a PAX header that is longer than any': () => [
    rawAci(pax({ comment: 'x'.repeat(2 << 20) }), block({ name: 'rootfs/a' })),
    BROKEN,
  ],
  'a global PAX header that would rename all': () => [
    rawAci(
      block({ name: 'g', typeFlag: 'g' }, '25 path=rootfs/../canary\n'),
      block({ name: 'rootfs/a' }, '1'),
    ),
    tree('a: 1'),
  ],
  'a GNU long name that is longer than any': () => [
    rawAci(block({ name: 'L', typeFlag: 'L' }, 'x'.repeat(2 << 20)), block({ name: 'rootfs/a' })),
    BROKEN,
  ],
  'a time that is no number': () => [rawAci(pax({ mtime: 'now' }), block({ name: 'rootfs/a' })), BROKEN],
  'a sparse file of GNU': () => [
    rawAci(block({ name: 'rootfs/a', typeFlag: 'S' })),
    { import: 'E_UNSUPPORTED' },
  ],
  'a sparse file in PAX': () => [
    rawAci(
      pax({ 'GNU.sparse.major': '1', 'GNU.sparse.realsize': '1099511627776' }),
      block({ name: 'rootfs/a' }),
    ),
    { import: 'E_UNSUPPORTED' },
  ],
  'a member of an unknown type': () => [rawAci(block({ name: 'rootfs/a', typeFlag: 'M' })), BROKEN],
  'a directory with data': () => [
    rawAci(patched(block({ name: 'rootfs/d', typeFlag: '5' }), SIZE, Buffer.from('00000002000\0'))),
    // Members that are no files have no data, so the next block is the next header.
    tree('d/'),
  ],
};
