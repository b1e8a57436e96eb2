import type { BigIntStats } from 'node:fs';
import { dirname } from 'node:path';
import type { Host } from '../host.ts';
import { errnoOf } from './store-error.ts';

/** On Windows a virus scanner or an indexer may hold a file for a moment after it was written. Milliseconds. */
const RENAME_RETRIES = [10, 50, 200] as const;
const BUSY: readonly string[] = ['EPERM', 'EBUSY'];

/**
 * Makes a directory and its parents; each new name is on disk when this returns. Step by step: Node's own recursive mkdir never
 * ends where no directory can be made and the system only says that there is none, as under /proc.
 */
export async function makeDirectory({ fs }: Pick<Host, 'fs'>, path: string): Promise<void> {
  if (await isDirectory(fs, path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeDirectory({ fs }, parent);
  try {
    await fs.mkdir(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(await isDirectory(fs, path))) throw error;
  }
  await syncDirectory(fs, parent);
}

async function isDirectory(fs: Host['fs'], path: string): Promise<boolean> {
  try {
    return (await fs.stat(path)).isDirectory();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Writes a file that is on disk when this returns, under a name that may still be lost. */
export async function writeSynced(
  { fs }: Pick<Host, 'fs'>,
  path: string,
  data: Uint8Array | string,
): Promise<BigIntStats> {
  const handle = await fs.open(path, 'w');
  try {
    await handle.writeFile(data);
    await handle.sync();
    return await handle.stat({ bigint: true });
  } finally {
    await handle.close();
  }
}

/** Waits until the content of a file is on disk. */
export async function syncFile({ fs }: Pick<Host, 'fs'>, path: string): Promise<void> {
  const handle = await fs.open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Gives a synced file its final name, in one step that survives a loss of power: rename, then fsync of the directory.
 * What had the name before is replaced.
 */
export async function moveDurably(host: Host, from: string, to: string): Promise<void> {
  await makeDirectory(host, dirname(to));
  await rename(host, from, to);
  await syncDirectory(host.fs, dirname(to));
}

/**
 * Writes a file that appears under its name only whole and on disk.
 * @param temp where it is written first, on the same file system; gone when this fails
 */
export async function writeDurably(
  host: Host,
  temp: string,
  to: string,
  data: Uint8Array | string,
): Promise<void> {
  try {
    await writeSynced(host, temp, data);
    await moveDurably(host, temp, to);
  } catch (error) {
    await host.fs.rm(temp, { force: true });
    throw error;
  }
}

async function rename({ fs, clock }: Host, from: string, to: string): Promise<void> {
  for (const pause of RENAME_RETRIES) {
    try {
      await fs.rename(from, to);
      return;
    } catch (error) {
      if (!BUSY.includes(errnoOf(error) ?? '')) throw error;
      await clock.sleep(pause);
    }
  }
  await fs.rename(from, to);
}

export async function syncDirectory(fs: Host['fs'], path: string): Promise<void> {
  // Windows cannot open a directory for this; NTFS journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await fs.open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
