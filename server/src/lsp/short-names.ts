import { isDeepStrictEqual } from 'node:util';
import { toLarderError } from '../domain/errors.ts';
import type { ShortNames } from '../domain/short-names.ts';
import type { Host, Log } from '../engine/host.ts';
import { RegistriesConfFile } from '../engine/registry/registries-conf-file.ts';
import { registriesConfFiles } from '../engine/registry/registries-conf-places.ts';
import type { Environment } from '../environment.ts';
import type { Settings } from '../settings/settings.ts';

const NONE: ShortNames = new Map();

/**
 * What short names stand for, as the settings want them read. Answers take what is known; the files are looked at between them, and
 * only where the settings ask for aliases. While they cannot be understood, what they said last still holds: nothing that is
 * shown falls over, and fetches say what is wrong themselves.
 */
export class ShortNamesWatch {
  readonly #fs: Host['fs'];
  readonly #environment: Pick<Environment, 'now' | 'env' | 'platform'>;
  readonly #log: Log;
  readonly #onChange: () => void;
  #path: string | undefined;
  #file: RegistriesConfFile | undefined;
  /** The file that the aliases are of. */
  #readFrom: RegistriesConfFile | undefined;
  #aliases: ShortNames | undefined;
  #failure: string | null = null;

  /** @param onChange called when names stand for something else, or when why that is not known has changed */
  constructor(
    fs: Host['fs'],
    environment: Pick<Environment, 'now' | 'env' | 'platform'>,
    log: Log,
    onChange: () => void,
  ) {
    this.#fs = fs;
    this.#environment = environment;
    this.#log = log;
    this.#onChange = onChange;
  }

  /** At once, from memory; another map when they have changed. Undefined: docker's way. */
  get aliases(): ShortNames | undefined {
    return this.#aliases;
  }

  /** The sentence that says why they may not be those of the files. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Reads what the settings name, and looks after it from now on. Never fails. */
  async use({ shortNames, registriesConf }: Pick<Settings, 'shortNames' | 'registriesConf'>): Promise<void> {
    const path = shortNames === 'aliases' ? registriesConf : undefined;
    if (path !== this.#path) {
      this.#path = path;
      this.#file = path === undefined ? undefined : this.#open(path);
    }
    if (this.#file === undefined) this.#set(undefined, null);
    await this.check();
  }

  /** Looks whether the files have changed, at most once a second. Never fails. */
  async check(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    try {
      const { aliases } = await file.read();
      // The settings may name another one by now.
      if (this.#file !== file) return;
      this.#readFrom = file;
      this.#set(aliases, null);
    } catch (error) {
      if (this.#file !== file) return;
      const { message } = toLarderError(error, 'reading registries.conf');
      if (message !== this.#failure) this.#log.warn(message);
      this.#set(this.#readFrom === file ? this.#aliases : NONE, message);
    }
  }

  #open(path: string): RegistriesConfFile {
    const { platform, env } = this.#environment;
    const host = { fs: this.#fs, clock: this.#environment };
    return new RegistriesConfFile(host, registriesConfFiles(platform, env, path));
  }

  #set(aliases: ShortNames | undefined, failure: string | null): void {
    // The same map as long as it says the same, as what was read by it is kept.
    const isSame = isDeepStrictEqual(aliases, this.#aliases);
    if (isSame && failure === this.#failure) return;
    if (!isSame) this.#aliases = aliases;
    this.#failure = failure;
    this.#onChange();
  }
}
