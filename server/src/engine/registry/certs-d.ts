import { join, sep } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { DOCKER_HUB } from '../../domain/reference.ts';
import { FileMemory } from '../file-memory.ts';
import type { Host, TlsIdentity } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';
import { checkCertificates, checkClient } from './check-pem.ts';

/** The files of a directory that count, by what they are for. */
interface CertificateFiles {
  readonly authorities: readonly string[];
  readonly certificates: readonly string[];
  readonly keys: readonly string[];
}

/** What TLS with a host needs beside what holds for all: containers-certs.d(5). A change is seen within a second. */
export class CertsD {
  readonly #host: Pick<Host, 'fs' | 'clock' | 'log'>;
  readonly #directories: readonly string[];
  readonly #memories = new Map<string, FileMemory<TlsIdentity | undefined>>();

  /** @param directories where to look, the first first; see certsDirectories */
  constructor(host: Pick<Host, 'fs' | 'clock' | 'log'>, directories: readonly string[]) {
    this.#host = host;
    this.#directories = directories;
  }

  /**
   * The identity for a host: the same object as long as its files are the same. Only the first directory that the host has counts.
   * @param host `HOST[:PORT]`
   * @returns undefined when there is none
   * @throws LarderError E_CONFIG for a file that cannot be read or is not what its name says, and for half of a pair
   */
  async identityFor(host: string): Promise<TlsIdentity | undefined> {
    // A URL may have a host of dots alone, and that would be a directory of others.
    if (/^\.*$|[/\\]/.test(host)) return undefined;
    let memory = this.#memories.get(host);
    if (memory === undefined) {
      const stamp = async (): Promise<string> => this.#stamp(await this.#directoryOf(host));
      const read = async (): Promise<TlsIdentity | undefined> => this.#read(await this.#directoryOf(host));
      memory = new FileMemory(this.#host.clock, stamp, read);
      this.#memories.set(host, memory);
    }
    return memory.get();
  }

  async #directoryOf(host: string): Promise<string | undefined> {
    for (const directory of this.#directories) {
      for (const name of namesOf(host)) {
        const path = join(directory, name);
        if (await this.#exists(path)) return path;
      }
    }
    return undefined;
  }

  async #exists(path: string): Promise<boolean> {
    try {
      await this.#host.fs.stat(path);
      return true;
    } catch (error) {
      const code = errnoOf(error);
      if (code === undefined) throw error;
      // A directory for root alone says nothing to others, as with containers/image: most hosts have nothing in it anyway.
      if (code === 'EACCES') this.#host.log.info(`${path} is passed over: permission is denied.`);
      return false;
    }
  }

  async #stamp(directory: string | undefined): Promise<string> {
    if (directory === undefined) return '';
    const { authorities, certificates, keys } = await this.#list(directory);
    const stamps = [...authorities, ...certificates, ...keys].map(async (path) => {
      const { mtimeMs, size, ino } = await readable(path, () => this.#host.fs.stat(path));
      return [path, mtimeMs, size, ino];
    });
    return JSON.stringify([directory, ...(await Promise.all(stamps))]);
  }

  async #list(directory: string): Promise<CertificateFiles> {
    const names = await readable(directory, () => this.#host.fs.readdir(directory));
    const ending = (extension: string): string[] =>
      names.filter((name) => name.endsWith(extension)).map((name) => join(directory, name));
    names.sort();
    return { authorities: ending('.crt'), certificates: ending('.cert'), keys: ending('.key') };
  }

  async #read(directory: string | undefined): Promise<TlsIdentity | undefined> {
    if (directory === undefined) return undefined;
    const { authorities, certificates, keys } = await this.#list(directory);
    const ca = await Promise.all(authorities.map((path) => this.#certificates(path)));
    const pairs = pairsOf(certificates, keys);
    const [client = null] = await Promise.all(pairs.map((pair) => this.#client(pair)));
    if (pairs.length > 1) {
      this.#host.log.warn(`${directory} has ${pairs.length} client certificates; the first is used.`);
    }
    return ca.length === 0 && client === null ? undefined : { ca, client, verify: true };
  }

  async #certificates(path: string): Promise<string> {
    const text = await this.#text(path);
    checkCertificates(text, path);
    return text;
  }

  async #client({ cert, key }: Pair): Promise<NonNullable<TlsIdentity['client']>> {
    const client = { cert: await this.#certificates(cert), key: await this.#text(key) };
    checkClient(client, cert, key);
    return client;
  }

  #text(path: string): Promise<string> {
    return readable(path, () => this.#host.fs.readFile(path, 'utf8'));
  }
}

/** What a host's directory may be called. */
function namesOf(host: string): string[] {
  // In references Docker Hub is docker.io, and a URL leaves the port out that https has anyway.
  const names = host === DOCKER_HUB ? ['docker.io', host] : [host];
  if (!/:\d+$/.test(host)) names.push(`${host}:443`);
  // Names of files have no colon on Windows, so Docker leaves it out there.
  return sep === '\\' ? names.map((name) => name.replaceAll(':', '')) : names;
}

/** A client certificate and its key, by their paths. */
interface Pair {
  readonly cert: string;
  readonly key: string;
}

function pairsOf(certificates: readonly string[], keys: readonly string[]): Pair[] {
  const pairs = certificates.map((cert) => ({ cert, key: cert.replace(/\.cert$/, '.key') }));
  const alone = pairs.find(({ key }) => !keys.includes(key));
  if (alone !== undefined) {
    throw new LarderError(
      'E_CONFIG',
      `The client certificate ${quote(alone.cert)} is without its key; put that into ${quote(alone.key)}, or name the file *.crt if it is an authority's certificate.`,
    );
  }
  const lost = keys.find((path) => !pairs.some(({ key }) => key === path));
  if (lost !== undefined) {
    const cert = lost.replace(/\.key$/, '.cert');
    throw new LarderError(
      'E_CONFIG',
      `The client key ${quote(lost)} is without its certificate; put that into ${quote(cert)}.`,
    );
  }
  return pairs;
}

async function readable<T>(path: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    const code = errnoOf(error);
    if (code === undefined) throw error;
    throw new LarderError(
      'E_CONFIG',
      `Larder could not read ${quote(path)} (${code}), which TLS with that host needs; make it readable to your user, or remove it.`,
      error,
    );
  }
}
