import type { Stats } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import type { Layout } from './layout.ts';
import { errnoOf } from './store-error.ts';

/** A file under the name of a digest: an ACI, or a blob of a registry. */
export interface BlobFile {
  /** `sha512-HEX`: of an ACI, its image ID. */
  readonly name: string;
  /** `sha512:HEX` */
  readonly digest: string;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly writtenAt: number;
}

const ALGORITHMS = ['sha256', 'sha512'] as const;
const NAME = /^(?:sha256-[0-9a-f]{64}|sha512-[0-9a-f]{128})$/;

/**
 * Everything that lies where blobs belong, sorted by name; what goes away meanwhile is left out.
 * @throws system errors
 */
export async function* blobFiles(fs: Host['fs'], layout: Layout): AsyncGenerator<BlobFile> {
  for (const algorithm of ALGORITHMS) {
    const directory = join(layout.root, 'blob', algorithm);
    for (const part of await namesIn(fs, directory)) {
      for (const name of await namesIn(fs, join(directory, part))) {
        const digest = name.replace('-', ':');
        const path = join(directory, part, name);
        // Anything else is none of the store's.
        if (!NAME.test(name) || layout.blob(digest) !== path) continue;
        const stat = await statOf(fs, path);
        if (stat?.isFile()) yield { name, digest, path, size: stat.size, writtenAt: stat.mtimeMs };
      }
    }
  }
}

async function namesIn(fs: Host['fs'], directory: string): Promise<readonly string[]> {
  try {
    return (await fs.readdir(directory)).sort();
  } catch (error) {
    // Nothing of this algorithm was ever stored, or it is a file, which is none of the store's.
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw error;
  }
}

async function statOf(fs: Host['fs'], path: string): Promise<Stats | undefined> {
  try {
    return await fs.stat(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
