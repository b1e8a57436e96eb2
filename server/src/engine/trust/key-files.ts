import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { wrongIdentifier } from '../../domain/appc-name.ts';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';

/*
 * The layout of rkt's key store, of which an administrator's keys may be in use: `root.d/FINGERPRINT` is trusted for every
 * image, `prefix.d/example.com/app/FINGERPRINT` for the images whose name is `example.com/app` or continues it after a slash.
 */

/** The images a key is trusted for: those whose name begins with the prefix, component by component; null for all. */
export type Scope = string | null;

/** A file named like a key. */
export interface KeyFile {
  /** Lower-case hexadecimal: 40 digits, or 64 for a key of OpenPGP's version 6. */
  readonly fingerprint: string;
  readonly scope: Scope;
  readonly path: string;
}

const FINGERPRINT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

const ROOT = 'root.d';
const PREFIX = 'prefix.d';

/** Where the key is kept that is trusted for a scope. */
export function keyPath(directory: string, scope: Scope, fingerprint: string): string {
  return scope === null ? join(directory, ROOT, fingerprint) : join(directory, PREFIX, scope, fingerprint);
}

/**
 * Checks the prefix of a scope before files are made for it.
 * @throws LarderError E_USAGE
 */
export function checkPrefix(prefix: string): void {
  const wrong = prefix.split('/').some((component) => component === '' || component.endsWith('.'))
    ? 'a part between slashes is empty or ends with a dot'
    : wrongIdentifier(prefix);
  if (wrong === undefined) return;
  throw new LarderError(
    'E_USAGE',
    `${quote(prefix)} cannot be the beginning of image names: ${wrong}; write it like example.com/app.`,
  );
}

/** A fingerprint as people write it, in groups and capitals, as files are named; undefined when it is none. */
export function parseFingerprint(text: string): string | undefined {
  const digits = text.replaceAll(/\s/g, '').toLowerCase().replace(/^0x/, '');
  return FINGERPRINT.test(digits) ? digits : undefined;
}

/** The files for all images. */
export async function rootKeyFiles(fs: Host['fs'], directory: string): Promise<KeyFile[]> {
  return keyFilesIn(await entriesOf(fs, join(directory, ROOT)), join(directory, ROOT), null);
}

/**
 * The files for the prefixes of a name, shorter prefixes first. Names of directories are compared, and never looked up by what a
 * remote wrote: so a name cannot lead elsewhere, and one that the file system takes for another is still another.
 */
export async function prefixKeyFiles(fs: Host['fs'], directory: string, name: string): Promise<KeyFile[]> {
  const files: KeyFile[] = [];
  let path = join(directory, PREFIX);
  let scope = '';
  let entries = await entriesOf(fs, path);
  for (const component of name.split('/')) {
    if (!entries.some((entry) => entry.name === component)) break;
    path = join(path, component);
    scope = scope === '' ? component : `${scope}/${component}`;
    entries = await entriesOf(fs, path);
    files.push(...keyFilesIn(entries, path, scope));
  }
  return files;
}

/** Every file of a directory, whatever it is trusted for. */
export async function allKeyFiles(fs: Host['fs'], directory: string): Promise<KeyFile[]> {
  const below = async (path: string, scope: string): Promise<KeyFile[]> => {
    const entries = await entriesOf(fs, path);
    const deeper = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    const files = await Promise.all(
      deeper.map(({ name }) => below(join(path, name), scope === '' ? name : `${scope}/${name}`)),
    );
    return [...(scope === '' ? [] : keyFilesIn(entries, path, scope)), ...files.flat()];
  };
  return [...(await rootKeyFiles(fs, directory)), ...(await below(join(directory, PREFIX), ''))];
}

function keyFilesIn(entries: readonly Dirent[], directory: string, scope: Scope): KeyFile[] {
  return entries
    .filter((entry) => FINGERPRINT.test(entry.name) && !entry.isDirectory())
    .map(({ name }) => ({ fingerprint: name, scope, path: join(directory, name) }));
}

/**
 * @returns nothing for a directory that is not there
 * @throws LarderError E_FILE: what cannot be read might take trust away
 */
async function entriesOf(fs: Host['fs'], directory: string): Promise<Dirent[]> {
  try {
    return await fs.readdir(directory, { withFileTypes: true });
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new LarderError(
      'E_FILE',
      `Larder could not read the trusted keys in ${directory} (${code ?? String(error)}); make the directory readable.`,
      error,
    );
  }
}
