/**
 * Text of unknown encoding, one character a byte (latin1). Names and PAX values in archives are bytes: read as UTF-8, a name
 * in another encoding or a binary xattr would not come out as it went in.
 */
export type ByteString = string;

export type TarType = 'file' | 'link' | 'symlink' | 'character' | 'block' | 'directory' | 'fifo';

/** What an archive says about one of its members, without its data. */
export interface TarHeader {
  /** As written in the archive. */
  readonly name: ByteString;
  readonly type: TarType;
  /** Target of a hard link (a name in the archive) or of a symbolic link; empty for the rest. */
  readonly linkName: ByteString;
  /** Permission bits only. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly userName: ByteString;
  readonly groupName: ByteString;
  /** Whole seconds since the epoch; a fraction is kept in {@link pax}. */
  readonly mtime: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  /** Bytes of data that follow in the archive; 0 for all but files. */
  readonly size: number;
  /** PAX records that no other field holds, e.g. `SCHILY.xattr.security.capability`. */
  readonly pax: readonly (readonly [key: ByteString, value: ByteString])[];
}

/** A member and where its data is. */
export interface TarEntry extends TarHeader {
  /** Offset of the data in the archive, in bytes. */
  readonly offset: number;
}

/** The bytes of a byte string. */
export function bytesOf(text: ByteString): Buffer {
  return Buffer.from(text, 'latin1');
}

/** A byte string as a user reads it: UTF-8, with what is not UTF-8 replaced. */
export function readable(text: ByteString): string {
  return bytesOf(text).toString('utf8');
}

/** A JavaScript string as the UTF-8 bytes that an archive holds. */
export function byteString(text: string): ByteString {
  return Buffer.from(text, 'utf8').toString('latin1');
}
