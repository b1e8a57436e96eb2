import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { errnoOf } from '../store/store-error.ts';
import type { FileSystem } from './archive-sink.ts';

export interface ExportTarget {
  /** Absolute. */
  readonly path: string;
  readonly kind: 'file' | 'directory';
  /** Whether something of that kind may be replaced. */
  readonly overwrite: boolean;
}

/** What says that a directory is an image layout, so that it may be replaced. */
const LAYOUT_FILE = 'oci-layout';

/**
 * Makes a file or directory that appears under its name only when it is whole.
 * @param write makes it, whole and on disk, under another name beside
 * @throws LarderError E_FILE, E_NO_SPACE; what `write` throws, and then nothing is left
 */
export async function exportTo(
  host: FileSystem,
  target: ExportTarget,
  write: (path: string) => Promise<void>,
): Promise<void> {
  const { path, kind } = target;
  const own = `.${basename(path).slice(0, NAME_ROOM)}.${randomUUID()}`;
  const [making, replaced] = ['new', 'old'].map((suffix) => join(dirname(path), `${own}.${suffix}`)) as [
    string,
    string,
  ];
  try {
    await checkTarget(host, target);
    await write(making);
    // Once more: an image takes a while, and others may have come to like the name.
    const isThere = await checkTarget(host, target);
    if (isThere && kind === 'directory') await host.fs.rename(path, replaced);
    await host.fs.rename(making, path);
  } catch (error) {
    throw unwritable(error, path);
  } finally {
    for (const left of [making, replaced]) await host.fs.rm(left, { recursive: true, force: true });
  }
}

/** Names have 255 bytes on most file systems, and characters up to four. */
const NAME_ROOM = 40;

/** @returns whether there is something to replace */
async function checkTarget({ fs }: FileSystem, { path, kind, overwrite }: ExportTarget): Promise<boolean> {
  const found = await fs.lstat(path).catch(absent);
  if (found === undefined) return false;
  const refuse = (why: string): LarderError =>
    new LarderError('E_FILE', `Nothing was exported to ${path}, because ${why}.`);
  if (!overwrite) throw refuse('it exists; name another, or replace it with --overwrite');
  if (!isReplaceable(found, kind))
    throw refuse(`it is no ${kind}, and is not replaced by one; name another path`);
  if (kind === 'file') return true;
  // Whatever else is in a directory would be lost.
  const isLayout = (await fs.lstat(join(path, LAYOUT_FILE)).catch(absent))?.isFile() === true;
  if (isLayout || (await fs.readdir(path)).length === 0) return true;
  throw refuse('it is a directory that is no OCI image layout; name another path');
}

function isReplaceable(found: Stats, kind: ExportTarget['kind']): boolean {
  return kind === 'file' ? found.isFile() : found.isDirectory();
}

function absent(error: unknown): undefined {
  if (errnoOf(error) !== 'ENOENT') throw error;
}

function unwritable(error: unknown, path: string): unknown {
  const code = errnoOf(error);
  if (error instanceof LarderError || code === undefined) return error;
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const next = isFull ? 'free some space' : 'check that its directory exists and is yours to write';
  return new LarderError(
    isFull ? 'E_NO_SPACE' : 'E_FILE',
    `${path} could not be written: the system answered ${code}; ${next}, and try again.`,
    error,
  );
}
