import { LarderError } from '../../domain/errors.ts';
import { familiarRegistry } from '../../domain/registry-name.ts';
import type { Host } from '../host.ts';
import { credentialError } from './credential-error.ts';
import { CredentialHelper } from './credential-helper.ts';
import type { Login } from './credential-helper.ts';
import { dockerConfigPath } from './credential-places.ts';
import { defaultHelper } from './default-helper.ts';
import { dockerHelper } from './docker-config.ts';
import { editDockerConfig, readDockerConfig } from './edit-docker-config.ts';
import { isKeyOfAll, serverAddress } from './registry-keys.ts';

/** Where credentials are kept. */
export interface Kept {
  /** Docker's `config.json`. */
  readonly path: string;
  /** The program that has them, `docker-credential-…`; undefined: the file itself, unencrypted. */
  readonly program: string | undefined;
}

/** Keeps credentials where `docker login` would, so that one sign-in does for both. */
export class DockerLogin {
  readonly #host: Host;
  readonly #platform: NodeJS.Platform;

  /** @param platform `process.platform` */
  constructor(host: Host, platform: NodeJS.Platform) {
    this.#host = host;
    this.#platform = platform;
  }

  /**
   * Keeps a user name and a password: with the helper that config.json names for the registry, else in the file.
   * @throws LarderError E_CREDENTIALS; a file that is broken stays as it is
   */
  async save(registry: string, login: Login, signal?: AbortSignal): Promise<Kept> {
    const path = this.#path();
    const file = await readDockerConfig(this.#host.fs, path);
    const isNew = file.auths.size === 0 && file.credHelpers.size === 0 && file.credsStore === undefined;
    const chosen = isNew ? await defaultHelper(this.#host, this.#platform) : undefined;
    const helper = dockerHelper(file, registry) ?? chosen;
    const server = serverAddress(registry);
    if (helper === undefined) {
      const auth = Buffer.from(`${login.username}:${login.password}`).toString('base64');
      await editDockerConfig(this.#host, path, (auths) => ({ ...auths, [server]: { auth } }));
      return { path, program: undefined };
    }
    const keeper = this.#helper(helper, path);
    await keeper.store(server, login, signal);
    // Docker's sign for "a helper has it". A password that stood there is gone with that.
    const more = chosen === undefined ? {} : { credsStore: chosen };
    await editDockerConfig(this.#host, path, (auths) => ({ ...auths, [server]: {} }), more);
    return { path, program: keeper.program };
  }

  /**
   * Removes the credentials for a whole registry; those for single namespaces stay.
   * @throws LarderError E_NOT_FOUND when there are none; E_CREDENTIALS
   */
  async erase(registry: string, signal?: AbortSignal): Promise<Kept> {
    const path = this.#path();
    const file = await readDockerConfig(this.#host.fs, path);
    const isMeant = (key: string): boolean => isKeyOfAll(key, registry);
    const isThere = [...file.auths.keys()].some(isMeant);
    const helper = dockerHelper(file, registry);
    if (helper === undefined && !isThere) {
      const name = familiarRegistry(registry);
      throw new LarderError(
        'E_NOT_FOUND',
        `There is nothing to sign out of: ${path} has no credentials for ${name}.`,
      );
    }
    const keeper = helper === undefined ? undefined : this.#helper(helper, path);
    await keeper?.erase(serverAddress(registry), signal);
    if (isThere) {
      await editDockerConfig(this.#host, path, (auths) =>
        Object.fromEntries(Object.entries(auths).filter(([key]) => !isMeant(key))),
      );
    }
    return { path, program: keeper?.program };
  }

  #helper(name: string, namedBy: string): CredentialHelper {
    return new CredentialHelper(this.#host, this.#platform, name, namedBy);
  }

  #path(): string {
    const path = dockerConfigPath(this.#platform, this.#host.env);
    if (path !== undefined) return path;
    const home = this.#platform === 'win32' ? 'USERPROFILE' : 'HOME';
    throw credentialError(
      "find docker's config.json",
      `the environment names no home directory in ${home}`,
      `set it, or DOCKER_CONFIG`,
    );
  }
}
