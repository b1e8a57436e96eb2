/** Archives and members for tests: by tar-stream, as a second opinion, and by hand where tar-stream would refuse. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import type { Header } from 'tar-stream';
import type { LayerInput } from '../../../server/src/engine/aci/layer-scan.ts';
import { byteString } from '../../../server/src/engine/aci/tar-entry.ts';
import type { TarEntry, TarHeader } from '../../../server/src/engine/aci/tar-entry.ts';
import { TarReader } from '../../../server/src/engine/aci/tar-reader.ts';
import { END_OF_ARCHIVE, formatHeader } from '../../../server/src/engine/aci/tar-writer.ts';

/** A header of a file with nothing special about it, and whatever differs. */
export function header(changes: Partial<TarHeader> = {}): TarHeader {
  return {
    name: 'file',
    type: 'file',
    linkName: '',
    mode: 0o644,
    uid: 0,
    gid: 0,
    userName: '',
    groupName: '',
    mtime: 0,
    deviceMajor: 0,
    deviceMinor: 0,
    size: 0,
    pax: [],
    ...changes,
  };
}

export const entry = (changes: Partial<TarEntry>): TarEntry => ({
  ...header(changes),
  offset: 0,
  ...changes,
});

/** An archive written by Larder's own writer. */
export function archive(...members: [changes: Partial<TarHeader>, data?: string][]): Buffer {
  const parts = members.flatMap(([changes, data = '']) => {
    const bytes = Buffer.from(data);
    const padding = Buffer.alloc((512 - (bytes.length % 512)) % 512);
    return [formatHeader(header({ size: bytes.length, ...changes })), bytes, padding];
  });
  return Buffer.concat([...parts, END_OF_ARCHIVE]);
}

/** An archive written by tar-stream. */
export async function tarStreamArchive(
  ...members: [Partial<Header> & { name: string }, data?: string][]
): Promise<Buffer> {
  const stream = pack();
  for (const [head, data] of members) stream.entry(head, data ?? '');
  stream.finalize();
  return buffer(stream);
}

/** What tar-stream reads. */
export async function tarStreamEntries(bytes: Buffer): Promise<{ head: Header; data: string }[]> {
  const entries: { head: Header; data: string }[] = [];
  const reader = extract();
  reader.end(bytes);
  for await (const member of reader) {
    entries.push({ head: member.header, data: (await buffer(member)).toString() });
  }
  return entries;
}

/** What Larder reads, when the archive comes in pieces of `step` bytes. */
export function readEntries(bytes: Buffer, step = bytes.length): TarEntry[] {
  const entries: TarEntry[] = [];
  const reader = new TarReader((found) => entries.push(found));
  for (let at = 0; at < bytes.length; at += step) reader.push(bytes.subarray(at, at + step));
  reader.end();
  return entries;
}

/** A directory for the length of one test. */
export async function withDirectory<T>(body: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'larder-aci-'));
  try {
    return await body(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

export const sha256 = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Puts a layer's blob into a directory. */
export async function layerFile(
  directory: string,
  tar: Buffer,
  compress: (bytes: Buffer) => Buffer = (bytes) => bytes,
): Promise<LayerInput> {
  const blob = compress(tar);
  const digest = sha256(blob);
  const path = join(directory, digest.slice(7));
  await writeFile(path, blob);
  return { path, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest, diffId: sha256(tar) };
}

export const utf8 = byteString;
