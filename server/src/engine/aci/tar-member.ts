import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { badEntry } from './archive-error.ts';
import type { PaxRecords } from './pax.ts';
import type { ByteString, TarEntry, TarType } from './tar-entry.ts';
import { readable } from './tar-entry.ts';
import { fitsOctal } from './tar-header.ts';
import type { HeaderBlock } from './tar-header.ts';

/** PATH_MAX of Linux: a longer name could not be used there. */
export const NAME_LIMIT = 4096;

/** Type flags of POSIX.1; `\0` and `7` are files to every reader. */
export const TYPE_OF_FLAG: Readonly<Record<string, TarType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'link',
  '2': 'symlink',
  '3': 'character',
  '4': 'block',
  '5': 'directory',
  '6': 'fifo',
  '7': 'file',
};

/** PAX records that say something about a file that no field of an entry holds. */
const KEPT_RECORD = /^(?:SCHILY\.(?:xattr|acl)\.|LIBARCHIVE\.xattr\.|RHT\.security\.|[ac]time$)/;

/**
 * Puts a member together from its header block and what metadata members said about it. A GNU long name wins over PAX, and
 * PAX over the block, as in Go's archive/tar.
 * @param offset of the member's data in the archive
 * @throws LarderError E_ARCHIVE; E_UNSUPPORTED for a sparse file
 */
export function entryOf(
  block: HeaderBlock,
  offset: number,
  pax: PaxRecords | undefined,
  longName: ByteString | undefined,
  longLink: ByteString | undefined,
): TarEntry {
  // An empty value takes the record back (POSIX.1, pax, "Extended Header Keywords").
  const record = (key: string): ByteString | undefined => pax?.get(key) || undefined;
  const name = longName ?? record('path') ?? block.name;
  const linkName = longLink ?? record('linkpath') ?? block.linkName;
  if (name.length > NAME_LIMIT || linkName.length > NAME_LIMIT) {
    throw badEntry(name, `has a name or link target longer than ${NAME_LIMIT} bytes`);
  }
  const number = (key: 'uid' | 'gid' | 'size'): number => {
    const text = record(key);
    const value = text === undefined ? block[key] : decimal(text);
    if (value >= 0 && Number.isSafeInteger(value)) return value;
    throw badEntry(name, `has an impossible ${key}`);
  };
  if (!fitsOctal(block.deviceMajor, 8) || !fitsOctal(block.deviceMinor, 8)) {
    throw badEntry(name, 'has an impossible device number');
  }
  refuseSparse(name, block.typeFlag, pax);
  const type = typeOf(name, block.typeFlag);
  const isLink = type === 'link' || type === 'symlink';
  if (isLink && linkName === '') throw badEntry(name, 'is a link to nothing');
  const time = readTime(name, record('mtime'), block.mtime);
  return {
    name,
    type,
    linkName: isLink ? linkName : '',
    mode: block.mode & 0o7777,
    uid: number('uid'),
    gid: number('gid'),
    userName: record('uname') ?? block.userName,
    groupName: record('gname') ?? block.groupName,
    mtime: time.seconds,
    deviceMajor: block.deviceMajor,
    deviceMinor: block.deviceMinor,
    size: type === 'file' ? number('size') : 0,
    pax: [...[...(pax ?? [])].filter(([key]) => KEPT_RECORD.test(key)), ...time.records],
    offset,
  };
}

function typeOf(name: ByteString, typeFlag: string): TarType {
  // Before POSIX a directory was a file whose name ends in a slash.
  if (typeFlag === '\0' && name.endsWith('/')) return 'directory';
  const type = Object.hasOwn(TYPE_OF_FLAG, typeFlag) ? TYPE_OF_FLAG[typeFlag] : undefined;
  if (type === undefined) throw badEntry(name, `has the unknown type ${quote(typeFlag)}`);
  return type;
}

function refuseSparse(name: ByteString, typeFlag: string, pax: PaxRecords | undefined): void {
  if (typeFlag !== 'S' && ![...(pax?.keys() ?? [])].some((key) => key.startsWith('GNU.sparse.'))) return;
  throw new LarderError(
    'E_UNSUPPORTED',
    `The archive was refused because its entry ${quote(readable(name))} is a GNU sparse file, which images do not use; ` +
      'ask its publisher for a build without sparse files.',
  );
}

/** A modification time; a fraction of a second is kept as the record it came in. */
function readTime(
  name: ByteString,
  text: ByteString | undefined,
  seconds: number,
): { seconds: number; records: [ByteString, ByteString][] } {
  if (text === undefined) return { seconds, records: [] };
  const match = /^(-?[0-9]{1,15})(?:\.([0-9]*))?$/.exec(text);
  if (match === null) throw badEntry(name, 'has an unreadable modification time');
  const hasFraction = /[1-9]/.test(match[2] ?? '');
  return { seconds: Math.floor(Number(text)), records: hasFraction ? [['mtime', text]] : [] };
}

function decimal(text: ByteString): number {
  return /^[0-9]{1,16}$/.test(text) ? Number(text) : Number.NaN;
}
