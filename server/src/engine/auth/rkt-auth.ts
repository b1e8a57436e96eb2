import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';
import { credentialError } from './credential-error.ts';
import { broken } from './parse-json.ts';
import { ParsedFile } from './parsed-file.ts';
import { parseRktAuthFile } from './rkt-auth-file.ts';
import type { RktAuthFile } from './rkt-auth-file.ts';

const DENIED: readonly string[] = ['EACCES', 'EPERM'];

/**
 * rkt's `auth.d` directories. For each host the last directory that names it counts; within one directory a host may be named once
 * only (rkt's "Configuration", Override semantics).
 */
export class RktAuth {
  readonly #host: Pick<Host, 'fs' | 'log'>;
  readonly #directories: readonly string[];
  readonly #files = new Map<string, ParsedFile<RktAuthFile>>();

  /** @param directories the one with the last word last; those that are not there are passed over */
  constructor(host: Pick<Host, 'fs' | 'log'>, directories: readonly string[]) {
    this.#host = host;
    this.#directories = directories;
  }

  /**
   * The file that counts for a host.
   * @param isMeant whether a host that a file names is the one that is meant
   * @throws LarderError E_CREDENTIALS when any of the files is wrong: it might be the one that counts
   */
  async find<K extends RktAuthFile['kind']>(
    kind: K,
    isMeant: (host: string) => boolean,
  ): Promise<Extract<RktAuthFile, { kind: K }> | undefined> {
    let found: RktAuthFile | undefined;
    for (const directory of this.#directories) {
      const files = (await this.#read(directory)).filter((file) => file.kind === kind);
      refuseDoubles(files);
      found = files.find(({ hosts }) => hosts.some(isMeant)) ?? found;
    }
    return found as Extract<RktAuthFile, { kind: K }> | undefined;
  }

  async #read(directory: string): Promise<RktAuthFile[]> {
    if (!(await this.#isOurs(directory))) return [];
    const files: RktAuthFile[] = [];
    for (const entry of await entriesOf(this.#host.fs, directory)) {
      // Regular files alone, as for rkt.
      if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
      const path = join(directory, entry.name);
      const file = this.#files.get(path) ?? new ParsedFile(this.#host.fs, path, parseRktAuthFile);
      this.#files.set(path, file);
      const parsed = (await this.#isOurs(path)) ? await file.read() : undefined;
      if (parsed !== undefined) files.push(parsed);
    }
    return files;
  }

  /** rkt runs as root, and its files are often for root alone: they are not meant for this user, and no mistake of theirs. */
  async #isOurs(path: string): Promise<boolean> {
    const { fs, log } = this.#host;
    try {
      await fs.access(path, fs.constants.R_OK);
    } catch (error) {
      const code = errnoOf(error) ?? '';
      if (!DENIED.includes(code)) return true;
      log.info(`The credentials in ${path} are passed over: they are not for this user (${code}).`);
      return false;
    }
    return true;
  }
}

async function entriesOf(fs: Host['fs'], directory: string): Promise<Dirent[]> {
  try {
    const entries = await fs.readdir(directory, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT') return [];
    if (code === undefined) throw error;
    throw credentialError(
      `read the credentials in ${directory}`,
      `the system answered ${code}`,
      'make it a directory',
    );
  }
}

function refuseDoubles(files: readonly RktAuthFile[]): void {
  const seen = new Map<string, string>();
  for (const { hosts, path, kind } of files) {
    for (const host of hosts) {
      const other = seen.get(host);
      if (other !== undefined) {
        const where = other === path ? 'twice' : `and so does ${other}`;
        throw broken(path, `it has "${kind}" credentials for ${host}, ${where}`);
      }
      seen.set(host, path);
    }
  }
}
