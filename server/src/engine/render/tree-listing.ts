import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ByteString } from '../aci/tar-entry.ts';
import { byteString, bytesOf, readable } from '../aci/tar-entry.ts';
import type { Host } from '../host.ts';
import { isUtf8 } from './entry-name.ts';
import type { OwnedEntry } from './tree-entry.ts';

/** A name as JSON has it: text, or the base64 of bytes that are none. */
type JsonName = string | { readonly base64: string };

/** A listing is written and read in pieces of this many characters or bytes: it may be longer than a string can be. */
const PIECE = 1024 * 1024;

/**
 * Writes the listing of a rendered tree, a line of JSON for each entry, and waits until it is on disk.
 * @param entries sorted by path
 * @returns its SHA-512: `sha512-` and 128 hex digits
 */
export async function writeListing(
  fs: Host['fs'],
  path: string,
  entries: readonly OwnedEntry[],
): Promise<string> {
  await using file = await fs.open(path, 'wx');
  const hash = createHash('sha512');
  let piece = '';
  const flush = async (): Promise<void> => {
    hash.update(piece);
    await file.appendFile(piece);
    piece = '';
  };
  for (const entry of entries) {
    piece += formatLine(entry);
    if (piece.length > PIECE) await flush();
  }
  await flush();
  await file.sync();
  return `sha512-${hash.digest('hex')}`;
}

/**
 * Reads a listing.
 * @returns its entries; undefined when it has another digest
 */
export async function readListing(
  fs: Host['fs'],
  path: string,
  digest: string,
): Promise<OwnedEntry[] | undefined> {
  await using file = await fs.open(path, 'r');
  const hash = createHash('sha512');
  for await (const piece of pieces(file)) hash.update(piece);
  if (`sha512-${hash.digest('hex')}` !== digest) return undefined;
  const entries: OwnedEntry[] = [];
  let rest = Buffer.alloc(0);
  for await (const piece of pieces(file)) {
    const bytes = Buffer.concat([rest, piece]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      entries.push(parseLine(bytes.toString('utf8', start, end)));
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
  return entries;
}

const NEWLINE = 0x0a;

function pieces(file: FileHandle): AsyncIterable<Buffer> {
  return file.createReadStream({ start: 0, autoClose: false, highWaterMark: PIECE });
}

function formatLine({ path, type, mode, content, target, owner }: OwnedEntry): string {
  const line = {
    path: jsonName(path),
    type,
    ...(mode === null ? {} : { mode: mode.toString(8).padStart(4, '0') }),
    ...owner,
    ...content,
    ...(target === null ? {} : { target: jsonName(target) }),
  };
  return `${JSON.stringify(line)}\n`;
}

function parseLine(text: string): OwnedEntry {
  const { path, type, mode, uid, gid, size, sha512, target } = JSON.parse(text) as Line;
  return {
    path: fromJson(path),
    type,
    mode: mode === undefined ? null : Number.parseInt(mode, 8),
    content: size === undefined || sha512 === undefined ? null : { size, sha512 },
    target: target === undefined ? null : fromJson(target),
    owner: { uid, gid },
  };
}

interface Line {
  readonly path: JsonName;
  readonly type: OwnedEntry['type'];
  readonly mode?: string;
  readonly uid: number;
  readonly gid: number;
  readonly size?: number;
  readonly sha512?: string;
  readonly target?: JsonName;
}

export function jsonName(name: ByteString): JsonName {
  return isUtf8(name) ? readable(name) : { base64: bytesOf(name).toString('base64') };
}

function fromJson(name: JsonName): ByteString {
  return typeof name === 'string' ? byteString(name) : Buffer.from(name.base64, 'base64').toString('latin1');
}
