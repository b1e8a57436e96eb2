import type { PublicKey } from 'openpgp';
import { dirname } from 'node:path';
import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { makeDirectory, writeDurably } from '../store/durable.ts';
import { errnoOf } from '../store/store-error.ts';
import { inspectKey } from './inspect-keys.ts';
import type { InspectedKey } from './inspect-keys.ts';
import { allKeyFiles, checkPrefix, keyPath, prefixKeyFiles, rootKeyFiles } from './key-files.ts';
import type { KeyFile, Scope } from './key-files.ts';
import type { KeystoreDirectories } from './keystore-directories.ts';
import { KEY_LIMIT, readPublicKeys } from './public-keys.ts';

/** A key, and the file that says so. */
export interface TrustedKey {
  readonly file: KeyFile;
  readonly key: InspectedKey;
}

/** What became of a key that was to be trusted no more. */
export type Untrusted = 'removed' | 'masked';

/** The keys whose signatures count, in rkt's layout; see docs/trust.md. */
export class Keystore {
  readonly #host: Host;
  readonly #directories: KeystoreDirectories;

  constructor(host: Host, directories: KeystoreDirectories) {
    this.#host = host;
    this.#directories = directories;
  }

  /**
   * The keys that are trusted for an image. Of several files for one key the last counts: prefixes after root, longer prefixes
   * after shorter ones, the user's directory after the system's. So an empty file takes away the trust that was given before it;
   * one that holds no such key does the same, with a warning.
   * @param name the image's name
   */
  async trustedFor(name: string): Promise<PublicKey[]> {
    const { fs } = this.#host;
    const last = new Map<string, KeyFile>();
    for (const directory of this.#all()) {
      for (const file of await rootKeyFiles(fs, directory)) last.set(file.fingerprint, file);
    }
    for (const directory of this.#all()) {
      for (const file of await prefixKeyFiles(fs, directory, name)) last.set(file.fingerprint, file);
    }
    const keys = await Promise.all([...last.values()].map((file) => this.#read(file)));
    return keys.filter((key) => key !== undefined);
  }

  /** Every key that is trusted for something, each with the file that counts. */
  async list(): Promise<TrustedKey[]> {
    const last = new Map<string, KeyFile>();
    for (const directory of this.#all()) {
      for (const file of await allKeyFiles(this.#host.fs, directory)) {
        last.set(`${file.scope ?? ''} ${file.fingerprint}`, file);
      }
    }
    const trusted = await Promise.all(
      [...last.values()].map(async (file) => {
        const key = await this.#read(file);
        return key && { file, key: await inspectKey(key, this.#host.clock.now()) };
      }),
    );
    return trusted.filter((entry) => entry !== undefined);
  }

  /**
   * Trusts a key from now on.
   * @returns the path of its file
   * @throws LarderError E_USAGE for a prefix that no image can have, E_KEY for a key whose signatures would be refused, E_FILE
   */
  async trust(scope: Scope, key: InspectedKey): Promise<string> {
    if (scope !== null) checkPrefix(scope);
    if (key.problem !== null) {
      throw new LarderError(
        'E_KEY',
        `The key ${key.fingerprint} was not trusted, because ${key.problem}; ask its owner for a current one.`,
      );
    }
    const path = keyPath(this.#local(), scope, key.fingerprint);
    await this.#write(path, key.armored);
    return path;
  }

  /**
   * Trusts a key no longer. One of the system's is masked by an empty file of the user's.
   * @throws LarderError E_NOT_FOUND when it was not trusted for just that scope, E_FILE
   */
  async untrust(scope: Scope, fingerprint: string): Promise<Untrusted> {
    const path = keyPath(this.#local(), scope, fingerprint);
    const sizes = await Promise.all(
      this.#directories.system.map((directory) => this.#size(keyPath(directory, scope, fingerprint))),
    );
    if (sizes.findLast((size) => size !== undefined)) {
      await this.#write(path, '');
      return 'masked';
    }
    if ((await this.#size(path)) === undefined) {
      throw new LarderError(
        'E_NOT_FOUND',
        `The key ${fingerprint} is not trusted for ${scope ?? 'all images'}; larder trust list shows what is.`,
      );
    }
    await this.#io('remove', path, () => this.#host.fs.rm(path));
    return 'removed';
  }

  #all(): readonly string[] {
    const { system, local } = this.#directories;
    return local === undefined ? system : [...system, local];
  }

  #local(): string {
    const { local } = this.#directories;
    if (local !== undefined) return local;
    throw new LarderError(
      'E_USAGE',
      'The environment names no home directory, so there is no place for trusted keys; set HOME or XDG_CONFIG_HOME.',
    );
  }

  /** @returns undefined for a mask, and for a file without the key that it is named after */
  async #read({ path, fingerprint }: KeyFile): Promise<PublicKey | undefined> {
    const size = await this.#size(path);
    if (size === undefined || size === 0) return undefined;
    try {
      if (size > KEY_LIMIT) throw new Error(`it has ${size} bytes`);
      const keys = await readPublicKeys(await this.#host.fs.readFile(path), path);
      const key = keys.find((candidate) => candidate.getFingerprint() === fingerprint);
      if (key === undefined) throw new Error('it holds another key than its name says');
      return key;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      this.#host.log.warn(`The trusted key ${path} is not used: ${why}`);
      return undefined;
    }
  }

  async #size(path: string): Promise<number | undefined> {
    try {
      return (await this.#host.fs.stat(path)).size;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
      throw fileError('read', path, error);
    }
  }

  #write(path: string, text: string): Promise<void> {
    return this.#io('write', path, async () => {
      await makeDirectory(this.#host, dirname(path));
      const random = Math.floor(this.#host.random() * 2 ** 32).toString(16);
      await writeDurably(this.#host, `${path}.${random}.tmp`, path, text);
    });
  }

  async #io(doing: string, path: string, body: () => Promise<void>): Promise<void> {
    try {
      await body();
    } catch (error) {
      throw fileError(doing, path, error);
    }
  }
}

function fileError(doing: string, path: string, error: unknown): LarderError {
  return new LarderError(
    'E_FILE',
    `Larder could not ${doing} ${path} (${errnoOf(error) ?? String(error)}); check the directory and its permissions.`,
    error,
  );
}
