import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LarderError } from '../../domain/errors.ts';
import { scopesOf } from '../../domain/policy/policy-scope.ts';
import { quote } from '../../domain/quote.ts';
import type { DockerReference } from '../../domain/reference.ts';
import type { Host } from '../host.ts';
import { readBounded } from '../read-bounded.ts';
import { errnoOf } from '../store/store-error.ts';
import { containersFile, homeOf, unreadable } from './containers-files.ts';
import { invalid, parseRegistriesD } from './registries-d-file.ts';
import type { Namespace } from './registries-d-file.ts';

/** Bytes. */
const LIMIT = 1 << 20;

interface Place {
  readonly file: string;
  /** Where signatures are; '' when the namespace says nothing about it. */
  readonly lookaside: string;
}

/**
 * Where the signatures of an image are kept (containers-registries.d(5)): what the most specific namespace says that says
 * anything, else what `default-docker` says, else the directory in which the containers tools put signatures by default.
 * @param isRoot whether this is the superuser, whose default is the system's
 * @returns the base URL; null when there is neither configuration nor a home directory
 * @throws LarderError E_CONFIG
 */
export async function lookasideOf(
  host: Pick<Host, 'env' | 'fs'>,
  reference: DockerReference,
  isRoot: boolean,
): Promise<URL | null> {
  const places = await readAll(host, await containersFile(host, 'registries.d'));
  for (const namespace of [...scopesOf(reference).filter((scope) => scope !== ''), null]) {
    const place = places.get(namespace);
    if (place !== undefined && place.lookaside !== '') return parseLookaside(place);
  }
  if (isRoot) return new URL('file:///var/lib/containers/sigstore');
  const home = homeOf(host);
  return home === undefined ? null : pathToFileURL(join(home, '.local/share/containers/sigstore'));
}

function parseLookaside({ file, lookaside }: Place): URL {
  const url = URL.canParse(lookaside) ? new URL(lookaside) : undefined;
  if (url?.username || url?.password) {
    // Not repeated: it may hold a password.
    throw invalid(file, `its lookaside on ${quote(url.host)} holds a user name or password`);
  }
  if (url !== undefined && /^(?:file|https?):$/.test(url.protocol)) return url;
  throw invalid(file, `its lookaside ${quote(lookaside)} is no URL with file, https or http`);
}

/** All files as one: what two of them say twice is a mistake, since nothing says which of them counts. */
async function readAll(host: Pick<Host, 'fs'>, directory: string): Promise<Map<Namespace, Place>> {
  const merged = new Map<Namespace, Place>();
  for (const name of await filesIn(host, directory)) {
    const file = join(directory, name);
    for (const [namespace, lookaside] of await readFile(host, file)) {
      const other = merged.get(namespace);
      if (other !== undefined) {
        const what = namespace === null ? '"default-docker"' : `the namespace ${quote(namespace)}`;
        throw invalid(file, `it has ${what}, which ${quote(other.file)} has too`);
      }
      merged.set(namespace, { file, lookaside });
    }
  }
  return merged;
}

/** @returns nothing for a directory that is not there */
async function filesIn({ fs }: Pick<Host, 'fs'>, directory: string): Promise<string[]> {
  try {
    return (await fs.readdir(directory)).filter((name) => name.endsWith('.yaml')).sort();
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return [];
    if (code === undefined) throw error;
    throw unreadable(directory, `the system answered ${code}`, error);
  }
}

async function readFile(host: Pick<Host, 'fs'>, file: string): Promise<Map<Namespace, string>> {
  try {
    const bytes = await readBounded(host, file, LIMIT);
    if (bytes === undefined) throw unreadable(file, `it has more than ${LIMIT} bytes`);
    return parseRegistriesD(bytes.toString(), file);
  } catch (error) {
    const code = errnoOf(error);
    if (error instanceof LarderError || code === undefined) throw error;
    throw unreadable(file, `the system answered ${code}`, error);
  }
}
