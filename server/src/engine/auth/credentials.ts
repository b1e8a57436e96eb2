import type { Host } from '../host.ts';
import type { Repository } from '../registry/endpoint.ts';
import type { NamedHelpers } from '../registry/registries-conf.ts';
import { AuthJson } from './auth-json.ts';
import type { CredentialSource, FoundCredential } from './credential.ts';
import type { Login } from './credential-helper.ts';
import { credentialPlaces } from './credential-places.ts';
import { DockerConfig } from './docker-config.ts';
import { HelperAnswers } from './helper-answers.ts';
import { NamedHelper } from './named-helper.ts';
import { canonicalHost } from './registry-keys.ts';
import { RktAuth } from './rkt-auth.ts';
import { RktDockerAuth } from './rkt-docker-auth.ts';

/** Credentials that a session was given, by registry. */
export type SessionCredentials = ReadonlyMap<string, Login>;

/** What is told about where they are from. */
const SESSION_ORIGIN = "the editor's secret storage";

/** What registries.conf calls containers' own files, among the helpers that it names. */
const AUTH_JSON = 'containers-auth.json';

/** The sources of a session, in the order of {@link Credentials}. */
interface Sources {
  /** Unless registries.conf says otherwise, the first. */
  readonly authJson: readonly CredentialSource[];
  readonly others: readonly CredentialSource[];
}

/**
 * All places where credentials for registries are looked for, in this order: what the editor has given, containers' auth.json or,
 * where registries.conf has `credential-helpers`, these in their order; docker's config.json, rkt's auth.d. The first that has some
 * counts. One that is broken is not passed over for the next: it might have had others, and credentials are only looked for where
 * somebody is asked for them.
 */
export class Credentials implements CredentialSource {
  readonly #host: Host;
  readonly #platform: NodeJS.Platform;
  readonly #session: SessionCredentials;
  readonly #helpers: () => Promise<NamedHelpers | null>;
  readonly #answers: HelperAnswers;
  #sources: Promise<Sources> | undefined;

  /**
   * @param platform `process.platform`
   * @param session what the editor has been told
   * @param helpers tells those that registries.conf names, as they are now; absent: none
   */
  constructor(
    host: Host,
    platform: NodeJS.Platform,
    session: SessionCredentials = new Map(),
    helpers: () => Promise<NamedHelpers | null> = () => Promise.resolve(null),
  ) {
    this.#host = host;
    this.#platform = platform;
    this.#session = new Map([...session].map(([registry, login]) => [canonicalHost(registry), login]));
    this.#helpers = helpers;
    this.#answers = new HelperAnswers(host, platform);
  }

  /**
   * @returns undefined when no place has any
   * @throws LarderError E_CREDENTIALS; what `helpers` throws
   */
  async find(repository: Repository, signal: AbortSignal | undefined): Promise<FoundCredential | undefined> {
    const login = this.#session.get(canonicalHost(repository.registry));
    if (login !== undefined) return { credential: { kind: 'basic', ...login }, origin: SESSION_ORIGIN };
    for (const source of await this.#chain()) {
      const found = await source.find(repository, signal);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Has helpers asked anew about a registry, which has refused what they answered. Files are read anew when they change. */
  forget(registry: string): void {
    this.#answers.forget(registry);
  }

  async #chain(): Promise<readonly CredentialSource[]> {
    const { authJson, others } = await (this.#sources ??= this.#open());
    const helpers = await this.#helpers();
    // An empty list is as good as none (containers/image, `sysregistriesv2`).
    if (helpers === null || helpers.names.length === 0) return [...authJson, ...others];
    const named = helpers.names.flatMap((name) =>
      name === AUTH_JSON ? authJson : [new NamedHelper(name, helpers.file, this.#answers)],
    );
    return [...named, ...others];
  }

  async #open(): Promise<Sources> {
    const { fs } = this.#host;
    const { authJson, dockerConfig, rktAuth } = await credentialPlaces(this.#host, this.#platform);
    return {
      authJson: authJson.map((path) => new AuthJson(fs, path, this.#answers)),
      others: [
        ...(dockerConfig === undefined ? [] : [new DockerConfig(fs, dockerConfig, this.#answers)]),
        new RktDockerAuth(new RktAuth(this.#host, rktAuth)),
      ],
    };
  }
}
