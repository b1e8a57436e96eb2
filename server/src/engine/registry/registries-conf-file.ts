import { join } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { FileMemory } from '../file-memory.ts';
import type { Clock, Host } from '../host.ts';
import { errnoOf } from '../store/store-error.ts';
import { mergeRegistriesConf } from './registries-conf.ts';
import type { RegistriesConf } from './registries-conf.ts';
import type { RegistriesConfPlaces } from './registries-conf-places.ts';
import { parseRegistriesConf } from './registries-conf-text.ts';

/** One file of those that count. */
interface Source {
  readonly path: string;
  readonly dropIn: boolean;
  /** Whether its absence is an error. */
  readonly required: boolean;
}

/** registries.conf and its drop-ins, as they are now: a change is seen within a second. */
export class RegistriesConfFile {
  readonly #fs: Host['fs'];
  readonly #places: RegistriesConfPlaces;
  readonly #memory: FileMemory<RegistriesConf>;

  constructor(
    { fs, clock }: Pick<Host, 'fs'> & { readonly clock: Pick<Clock, 'now'> },
    places: RegistriesConfPlaces,
  ) {
    this.#fs = fs;
    this.#places = places;
    this.#memory = new FileMemory(
      clock,
      () => this.#stamp(),
      () => this.#parse(),
    );
  }

  /**
   * What the files say, together; nothing where there is none.
   * @throws LarderError E_CONFIG for a file that cannot be read or understood
   */
  read(): Promise<RegistriesConf> {
    return this.#memory.get();
  }

  async #parse(): Promise<RegistriesConf> {
    const parts: RegistriesConf[] = [];
    for (const source of await this.#sources()) {
      const text = await this.#text(source);
      if (text !== undefined) parts.push(await parseRegistriesConf(text, source.path, source.dropIn));
    }
    return mergeRegistriesConf(parts);
  }

  async #stamp(): Promise<string> {
    const stamps = (await this.#sources()).map(async ({ path }) => [path, await this.#stampOf(path)]);
    return JSON.stringify(await Promise.all(stamps));
  }

  /** The files, the later ones having the last word. A user's own file leaves the machine's drop-ins out (`newConfigWrapper`). */
  async #sources(): Promise<Source[]> {
    const { named, user, system } = this.#places;
    const ofUser = named === undefined && user !== undefined && (await this.#stampOf(user.file)) !== null;
    const main = named ?? (ofUser ? user.file : system?.file);
    const directories = [ofUser ? undefined : system?.dropIns, user?.dropIns];
    const dropIns = await Promise.all(directories.map((directory) => this.#dropIns(directory)));
    return [
      ...(main === undefined ? [] : [{ path: main, dropIn: false, required: main === named }]),
      ...dropIns.flat(),
    ];
  }

  async #dropIns(directory: string | undefined): Promise<Source[]> {
    if (directory === undefined) return [];
    const entries = await this.#unlessMissing(directory, () =>
      this.#fs.readdir(directory, { withFileTypes: true }),
    );
    const names = (entries ?? []).filter((entry) => !entry.isDirectory() && entry.name.endsWith('.conf'));
    return names
      .map(({ name }) => ({ path: join(directory, name), dropIn: true, required: false }))
      .sort((one, other) => (one.path < other.path ? -1 : 1));
  }

  /** Null for what is not there, or may not be looked at. */
  async #stampOf(path: string): Promise<string | null> {
    try {
      const { mtimeMs, size, ino } = await this.#fs.stat(path);
      return `${mtimeMs} ${size} ${ino}`;
    } catch (error) {
      // To read it will fail in the same way, and say so.
      if (errnoOf(error) !== undefined) return null;
      throw error;
    }
  }

  async #text({ path, required }: Source): Promise<string | undefined> {
    const text = await this.#unlessMissing(path, () => this.#fs.readFile(path, 'utf8'));
    if (text === undefined && required) {
      throw new LarderError(
        'E_CONFIG',
        `The registries.conf ${quote(path)} does not exist; check the path, or do not name one.`,
      );
    }
    return text;
  }

  async #unlessMissing<T>(path: string, body: () => Promise<T>): Promise<T | undefined> {
    try {
      return await body();
    } catch (error) {
      const code = errnoOf(error);
      if (code === undefined) throw error;
      // Nobody has to have one; and of the listed ones, one may have gone meanwhile.
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw new LarderError(
        'E_CONFIG',
        `Larder could not read ${quote(path)} (${code}), which may say how registries are to be asked; make it readable to your user.`,
        error,
      );
    }
  }
}
