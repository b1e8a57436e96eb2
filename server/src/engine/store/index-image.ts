import type { BigIntStats } from 'node:fs';
import type { Host } from '../host.ts';
import { refuseNewer, versionOf } from './schema.ts';
import { errnoOf, storeIo } from './store-error.ts';

/** One state of the index, as the bytes of its file. */
export interface IndexImage {
  readonly bytes: Buffer;
  /** Version of its schema. */
  readonly version: number;
  /** Tells the file it was read from or written to from any other. */
  readonly stamp: string;
}

/** What lies where the index belongs. */
export type FoundIndex =
  | { readonly kind: 'whole'; readonly image: IndexImage }
  | { readonly kind: 'missing' }
  | { readonly kind: 'damaged' };

/** Every state of the index is a new file that is renamed into place, so these tell its states apart. */
export function stampOf({ ino, size, mtimeNs }: BigIntStats): string {
  return `${ino} ${size} ${mtimeNs}`;
}

/** The stamp of the index that is in place; undefined when there is none. */
export async function currentStamp(fs: Host['fs'], path: string): Promise<string | undefined> {
  try {
    return stampOf(await fs.stat(path, { bigint: true }));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    return storeIo('read', path, () => Promise.reject(error as Error));
  }
}

/**
 * Reads the index without any lock: what is in place is always whole, unless somebody else damaged it.
 * @throws LarderError E_STORE_IO, E_UNSUPPORTED
 */
export async function readIndex(fs: Host['fs'], path: string): Promise<FoundIndex> {
  const found = await storeIo('read', path, () => readFile(fs, path));
  if (found === undefined) return { kind: 'missing' };
  const version = versionOf(found.bytes);
  if (version === undefined) return { kind: 'damaged' };
  refuseNewer(version, path);
  return { kind: 'whole', image: { ...found, version } };
}

async function readFile(fs: Host['fs'], path: string): Promise<{ bytes: Buffer; stamp: string } | undefined> {
  try {
    const handle = await fs.open(path, 'r');
    try {
      const stamp = stampOf(await handle.stat({ bigint: true }));
      return { stamp, bytes: await handle.readFile() };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
