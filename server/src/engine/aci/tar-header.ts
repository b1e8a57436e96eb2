import { badArchive } from './archive-error.ts';
import type { ByteString } from './tar-entry.ts';

/** Every header is one block, and data is padded to whole blocks (POSIX.1, pax, "ustar Interchange Format"). */
export const BLOCK_SIZE = 512;

/** Bytes from the start of a member's data to the next header. */
export function paddedSize(size: number): number {
  return Math.ceil(size / BLOCK_SIZE) * BLOCK_SIZE;
}

/** One header block as it stands, before PAX records and GNU long names are applied to it. */
export interface HeaderBlock {
  readonly name: ByteString;
  /** The one character that tells the type; `\0` in archives older than POSIX. */
  readonly typeFlag: string;
  readonly linkName: ByteString;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName: ByteString;
  readonly groupName: ByteString;
  readonly mtime: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  readonly size: number;
}

type Field = readonly [start: number, length: number];

const NAME: Field = [0, 100];
const MODE: Field = [100, 8];
const UID: Field = [108, 8];
const GID: Field = [116, 8];
const SIZE: Field = [124, 12];
const MTIME: Field = [136, 12];
const CHECKSUM: Field = [148, 8];
const TYPE_FLAG = 156;
const LINK_NAME: Field = [157, 100];
const MAGIC: Field = [257, 8];
const USER_NAME: Field = [265, 32];
const GROUP_NAME: Field = [297, 32];
const DEVICE_MAJOR: Field = [329, 8];
const DEVICE_MINOR: Field = [337, 8];
const PREFIX: Field = [345, 155];

const POSIX_MAGIC = 'ustar\x0000';

/**
 * Reads the header block at `at`.
 * @throws LarderError E_ARCHIVE when its checksum is wrong or a number cannot be read
 */
export function readHeaderBlock(bytes: Buffer, at: number): HeaderBlock {
  checkSum(bytes, at);
  const text = ([start, length]: Field): ByteString => readText(bytes, at + start, length);
  const number = ([start, length]: Field): number => readNumber(bytes, at + start, length);

  const magic = bytes.toString('latin1', at + MAGIC[0], at + MAGIC[0] + MAGIC[1]);
  // GNU's own format keeps times where POSIX has the prefix.
  const prefix = magic === POSIX_MAGIC ? text(PREFIX) : '';
  const named = magic.startsWith('ustar');
  const typeFlag = String.fromCharCode(byteAt(bytes, at + TYPE_FLAG));
  // Some writers leave anything in the device fields of members that are no devices.
  const isDevice = typeFlag === '3' || typeFlag === '4';
  const name = text(NAME);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    typeFlag,
    linkName: text(LINK_NAME),
    mode: number(MODE),
    uid: number(UID),
    gid: number(GID),
    userName: named ? text(USER_NAME) : '',
    groupName: named ? text(GROUP_NAME) : '',
    mtime: number(MTIME),
    deviceMajor: isDevice ? number(DEVICE_MAJOR) : 0,
    deviceMinor: isDevice ? number(DEVICE_MINOR) : 0,
    size: number(SIZE),
  };
}

/** Whether every byte of the block at `at` is zero, as in the two blocks that end an archive. */
export function isZeroBlock(bytes: Buffer, at: number): boolean {
  for (let i = at; i < at + BLOCK_SIZE; i++) if (bytes[i] !== 0) return false;
  return true;
}

/**
 * Formats a POSIX ustar header block. A name, link name or number that does not fit is cut or written as 0: the caller
 * puts a PAX record in front that overrides it.
 */
export function formatHeaderBlock(header: HeaderBlock, prefix: ByteString = ''): Buffer {
  const block = Buffer.alloc(BLOCK_SIZE);
  const text = ([start, length]: Field, value: ByteString): unknown =>
    block.write(value, start, length, 'latin1');
  const number = ([start, length]: Field, value: number): unknown =>
    block.write(
      (fitsOctal(value, length) ? value : 0).toString(8).padStart(length - 1, '0'),
      start,
      'latin1',
    );

  text(NAME, header.name);
  number(MODE, header.mode);
  number(UID, header.uid);
  number(GID, header.gid);
  number(SIZE, header.size);
  number(MTIME, header.mtime);
  text([TYPE_FLAG, 1], header.typeFlag);
  text(LINK_NAME, header.linkName);
  text(MAGIC, POSIX_MAGIC);
  text(USER_NAME, header.userName);
  text(GROUP_NAME, header.groupName);
  number(DEVICE_MAJOR, header.deviceMajor);
  number(DEVICE_MINOR, header.deviceMinor);
  text(PREFIX, prefix);
  text(CHECKSUM, '        ');
  text(CHECKSUM, `${sumOf(block, 0).unsigned.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** Whether a number can stand in an octal field of `length` bytes, the last of which ends it. */
export function fitsOctal(value: number, length: number): boolean {
  return value >= 0 && value < 8 ** (length - 1);
}

function readText(bytes: Buffer, start: number, length: number): ByteString {
  const end = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, end < 0 ? start + length : Math.min(end, start + length));
}

/** Octal digits between spaces and NULs; or, with the first bit set, a big-endian two's complement (GNU, star). */
function readNumber(bytes: Buffer, start: number, length: number): number {
  if (byteAt(bytes, start) >= 0x80) return readBase256(bytes, start, length);
  const end = start + length;
  let at = start;
  while (at < end && isBlank(byteAt(bytes, at))) at++;
  let value = 0;
  for (; at < end && !isBlank(byteAt(bytes, at)); at++) {
    const digit = byteAt(bytes, at) - 0x30;
    if (digit < 0 || digit > 7) throw badArchive('a number in a header is not octal');
    value = value * 8 + digit;
  }
  return value;
}

function isBlank(byte: number): boolean {
  return byte === 0 || byte === 0x20;
}

function byteAt(bytes: Buffer, at: number): number {
  return bytes[at] ?? 0;
}

function readBase256(bytes: Buffer, start: number, length: number): number {
  const bits = BigInt(`0x${bytes.toString('hex', start, start + length)}`);
  const value = Number(BigInt.asIntN(length * 8 - 1, bits));
  if (!Number.isSafeInteger(value)) throw badArchive('a number in a header is too large');
  return value;
}

function checkSum(bytes: Buffer, at: number): void {
  const expected = readNumber(bytes, at + CHECKSUM[0], CHECKSUM[1]);
  const { unsigned, signed } = sumOf(bytes, at);
  // Some historic writers summed signed characters.
  if (expected !== unsigned && expected !== signed) throw badArchive('the checksum of a header is wrong');
}

/** The sum of a header's bytes, its checksum field counted as spaces; also as if bytes were signed. */
function sumOf(bytes: Buffer, at: number): { unsigned: number; signed: number } {
  let unsigned = 0;
  let negative = 0;
  const from = at + CHECKSUM[0];
  const to = from + CHECKSUM[1];
  for (let i = at; i < at + BLOCK_SIZE; i++) {
    const byte = i >= from && i < to ? 0x20 : byteAt(bytes, i);
    unsigned += byte;
    if (byte >= 0x80) negative++;
  }
  return { unsigned, signed: unsigned - 256 * negative };
}
