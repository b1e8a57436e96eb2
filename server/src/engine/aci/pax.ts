import { badArchive } from './archive-error.ts';
import type { ByteString } from './tar-entry.ts';
import { bytesOf } from './tar-entry.ts';

/** Keywords and values; a later record replaces an earlier one of the same keyword. */
export type PaxRecords = ReadonlyMap<ByteString, ByteString>;

/**
 * Reads the data of a PAX extended header: records `LENGTH KEYWORD=VALUE\n`, where the length counts the whole record.
 * @throws LarderError E_ARCHIVE
 */
export function parsePax(data: Buffer): PaxRecords {
  const records = new Map<ByteString, ByteString>();
  for (let start = 0; start < data.length;) {
    const space = data.indexOf(0x20, start);
    const digits = space < 0 ? '' : data.toString('latin1', start, Math.min(space, start + 12));
    const end = start + Number.parseInt(digits, 10);
    if (!/^[1-9][0-9]*$/.test(digits) || end <= space + 1 || end > data.length || data[end - 1] !== 0x0a) {
      throw badArchive('a record of a PAX header has a wrong length');
    }
    const equals = data.indexOf(0x3d, space);
    if (equals <= space + 1 || equals >= end) throw badArchive('a record of a PAX header has no keyword');
    const key = data.toString('latin1', space + 1, equals);
    const value = data.toString('latin1', equals + 1, end - 1);
    // A NUL would end the name early for whoever reads it as a C string.
    if (NAMES.has(key) && value.includes('\0')) throw badArchive('a name in a PAX header contains a NUL');
    records.set(key, value);
    start = end;
  }
  return records;
}

const NAMES: ReadonlySet<string> = new Set(['path', 'linkpath', 'uname', 'gname']);

/** Formats records, sorted by keyword, so that the same records always give the same bytes. */
export function formatPax(records: PaxRecords): Buffer {
  const sorted = [...records].sort(([a], [b]) => (a < b ? -1 : 1));
  return bytesOf(sorted.map(([key, value]) => formatRecord(key, value)).join(''));
}

function formatRecord(key: ByteString, value: ByteString): ByteString {
  const rest = ` ${key}=${value}\n`;
  // The length counts its own digits, which may add one more.
  let length = rest.length + String(rest.length).length;
  if (String(length).length > String(rest.length).length) length = rest.length + String(length).length;
  return `${length}${rest}`;
}
