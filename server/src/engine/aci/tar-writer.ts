import { formatPax } from './pax.ts';
import type { ByteString, TarHeader, TarType } from './tar-entry.ts';
import { BLOCK_SIZE, fitsOctal, formatHeaderBlock, paddedSize } from './tar-header.ts';

const FLAG_OF_TYPE: Readonly<Record<TarType, string>> = {
  file: '0',
  link: '1',
  symlink: '2',
  character: '3',
  block: '4',
  directory: '5',
  fifo: '6',
};

/** The two zero blocks that end an archive. */
export const END_OF_ARCHIVE: Buffer = Buffer.alloc(2 * BLOCK_SIZE);

/**
 * The header of one member as bytes: a ustar header, and a PAX header in front of it where ustar has no room (long names,
 * large numbers) or no field (xattrs, fractions of a second). The same header always gives the same bytes.
 */
export function formatHeader(header: TarHeader): Buffer {
  const records = new Map(header.pax);
  const { name, prefix } = splitName(header.name) ?? { name: header.name, prefix: '' };
  if (name.length > 100) records.set('path', header.name);
  if (header.linkName.length > 100) records.set('linkpath', header.linkName);
  if (header.userName.length > 32) records.set('uname', header.userName);
  if (header.groupName.length > 32) records.set('gname', header.groupName);
  if (!fitsOctal(header.uid, 8)) records.set('uid', String(header.uid));
  if (!fitsOctal(header.gid, 8)) records.set('gid', String(header.gid));
  if (!fitsOctal(header.size, 12)) records.set('size', String(header.size));
  if (!fitsOctal(header.mtime, 12) && !records.has('mtime')) records.set('mtime', String(header.mtime));

  const block = formatHeaderBlock({ ...header, name, typeFlag: FLAG_OF_TYPE[header.type] }, prefix);
  return records.size === 0 ? block : Buffer.concat([paxMember(formatPax(records)), block]);
}

function paxMember(data: Buffer): Buffer {
  const member = Buffer.alloc(BLOCK_SIZE + paddedSize(data.length));
  const block = {
    name: 'PaxHeader',
    typeFlag: 'x',
    linkName: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    userName: '',
    groupName: '',
    mtime: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    size: data.length,
  };
  formatHeaderBlock(block).copy(member);
  data.copy(member, BLOCK_SIZE);
  return member;
}

/** Cuts a name at a slash into ustar's prefix (155 bytes) and name (100 bytes); undefined when no slash allows it. */
function splitName(name: ByteString): { name: ByteString; prefix: ByteString } | undefined {
  if (name.length <= 100) return { name, prefix: '' };
  const slash = name.indexOf('/', name.length - 101);
  // A directory's name ends in a slash, and the part after the cut must not be empty.
  if (slash <= 0 || slash > 155 || slash === name.length - 1) return undefined;
  return { name: name.slice(slash + 1), prefix: name.slice(0, slash) };
}
