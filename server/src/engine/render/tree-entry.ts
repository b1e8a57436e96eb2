import type { ByteString, TarType } from '../aci/tar-entry.ts';

/** What is at one path of a rendered tree. */
export interface TreeEntry {
  /** From the root of the tree, without a leading slash; the root's is empty. */
  readonly path: ByteString;
  readonly type: 'directory' | 'file' | 'symlink' | 'link';
  /** Permission bits; null of a symbolic link, whose own mean nothing. */
  readonly mode: number | null;
  /** Of a file: its bytes, and their SHA-512 in hex. */
  readonly content: { readonly size: number; readonly sha512: string } | null;
  /** Of a symbolic link, as it is written; of a link, the first path of the same file. */
  readonly target: ByteString | null;
}

/** Who owns an entry in the image. Without privileges nobody can give files away, so this is recorded only. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface OwnedEntry extends TreeEntry {
  readonly owner: Owner;
}

/** Something of an image that was not made: a device or a fifo, which needs privileges or has no call in Node. */
export interface NotMade extends Owner {
  readonly path: ByteString;
  readonly type: TarType;
  readonly mode: number;
  /** Device numbers. */
  readonly major: number;
  readonly minor: number;
}

/** Compares paths byte by byte: a parent comes before what is below it. */
export function byPath(a: { readonly path: ByteString }, b: { readonly path: ByteString }): number {
  return a.path < b.path ? -1 : a.path === b.path ? 0 : 1;
}
