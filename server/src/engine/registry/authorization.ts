import { LarderError } from '../../domain/errors.ts';
import type { CredentialSource, FoundCredential } from '../auth/credential.ts';
import type { Host } from '../host.ts';
import type { HttpClient } from '../http/http-client.ts';
import { isLoopback } from '../http/loopback.ts';
import type { Denial } from '../http/network-error.ts';
import { denialOf, needsPassword, overPlainHttp, refusal } from './auth-words.ts';
import type { Bearer } from './auth-words.ts';
import type { Challenge } from './challenge.ts';
import type { Repository } from './endpoint.ts';
import { parseRealm } from './realm.ts';
import type { Realm, TokenServers } from './realm.ts';
import { basicHeader, requestToken } from './token-request.ts';
import type { TokenWish } from './token-request.ts';

/** A token this close to its end is not used for another request. Milliseconds. */
const MARGIN = 10_000;

/** Where credentials are, and which of them turned out to be no good. */
export interface Credentials extends CredentialSource {
  /** Forgets what is known of a registry, because it was refused: the next look is at what is there then. */
  forget(registry: string): void;
}

export interface AuthorizationParts {
  readonly credentials: Credentials;
  readonly tokenServers: TokenServers;
}

/** A repository, and whether its registry may be asked without a look at its certificate. */
type Place = Repository & { readonly insecure?: boolean };

/** What lets a request in. */
export interface Pass {
  /** The value of its Authorization header. */
  readonly header: string;
  /** Whether it is somebody's, and not what anybody gets: then it goes over TLS, or to this machine, and nowhere else. */
  readonly isSecret: boolean;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * How requests to registries prove who asks. Nothing is sent unasked: a registry says with a challenge what it wants, and what
 * satisfied it is used from then on. However many requests need a token at a time, it is fetched once.
 */
export class Authorization {
  readonly #host: Host;
  readonly #http: HttpClient;
  readonly #parts: AuthorizationParts;
  readonly #passes = new Map<string, Pass>();
  readonly #pending = new Map<string, Promise<Pass | undefined>>();
  readonly #bearers = new Map<string, Bearer>();

  constructor(host: Host, http: HttpClient, parts: AuthorizationParts) {
    this.#host = host;
    this.#http = http;
    this.#parts = parts;
  }

  /** The pass for a repository, as long as it is good. */
  current(repository: Repository): Pass | undefined {
    const pass = this.#passes.get(keyOf(repository));
    return pass !== undefined && pass.expiresAt - MARGIN > this.#host.clock.now() ? pass : undefined;
  }

  /**
   * The pass that a 401 asks for; undefined when nobody can give it.
   * @param asked the URL that was answered 401
   * @param refused the pass that the request had
   * @throws LarderError E_AUTH_REALM, E_AUTH_REFUSED, E_CREDENTIALS
   */
  async answer(
    repository: Place,
    challenges: readonly Challenge[],
    asked: URL,
    refused: Pass | undefined,
  ): Promise<Pass | undefined> {
    const current = this.current(repository);
    if (current !== undefined && current !== refused) return current;
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    const basic = challenges.some(({ scheme }) => scheme === 'basic');
    if (bearer === undefined && !basic) return undefined;
    const key = keyOf(repository);
    const start = (): Promise<Pass | undefined> =>
      bearer === undefined ? this.#basicPass(repository, asked) : this.#tokenPass(repository, bearer, asked);
    return this.#pending.get(key) ?? this.#start(key, start);
  }

  /**
   * What it means that a repository answers 401 to the header that it asked for: where that was a password, or a token that somebody
   * gave, it is no good, and is looked for anew the next time.
   * @returns undefined where a token server's token was refused: then it is no question of who asks, but of what for
   */
  refusal(repository: Repository, { header }: Pass): LarderError | undefined {
    const key = keyOf(repository);
    const bearer = this.#bearers.get(key);
    if (bearer === undefined || typeof bearer === 'string' || 'strangeRealm' in bearer) return undefined;
    if (bearer.credential.kind !== 'registry-token' && !header.startsWith('Basic ')) return undefined;
    this.#passes.delete(key);
    return this.#refused(repository, bearer);
  }

  /** What it means that a repository answers 401 or 403 all the same. */
  denial(repository: Repository): Denial {
    return denialOf(repository.registry, this.#bearers.get(keyOf(repository)) ?? 'nobody');
  }

  #start(key: string, start: () => Promise<Pass | undefined>): Promise<Pass | undefined> {
    const request = start()
      .then((pass) => {
        if (pass !== undefined) this.#passes.set(key, pass);
        return pass;
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, request);
    return request;
  }

  async #basicPass(repository: Repository, asked: URL): Promise<Pass | undefined> {
    const key = keyOf(repository);
    const { registry } = repository;
    if (!isPrivate(asked)) throw overPlainHttp(registry);
    const found = await this.#parts.credentials.find(repository, undefined);
    this.#bearers.set(key, found ?? 'nobody');
    if (found === undefined) return undefined;
    if (found.credential.kind !== 'basic') throw needsPassword(registry, found);
    return { header: basicHeader(found.credential), isSecret: true, expiresAt: Infinity };
  }

  async #tokenPass(repository: Place, { parameters }: Challenge, asked: URL): Promise<Pass> {
    const key = keyOf(repository);
    const { registry, repository: path, insecure = false } = repository;
    const allowHttp = this.#http.allowHttp || insecure;
    const realm = parseRealm(repository, parameters.get('realm') ?? '', this.#parts.tokenServers, allowHttp);
    const wish: TokenWish = {
      url: realm.url,
      service: parameters.get('service'),
      scope: parameters.get('scope') ?? (path === '' ? '' : `repository:${path}:pull`),
      doing: `get a token for ${registry}/${path}`.replace(/\/$/, ''),
      unverified: insecure && realm.url.host === registry,
    };
    // A token for somebody is as good as a password for as long as it lives.
    const bearer = isPrivate(asked) ? await this.#bearerFor(repository, realm) : 'over-plain-http';
    this.#bearers.set(key, bearer);
    const found = typeof bearer === 'string' || 'strangeRealm' in bearer ? undefined : bearer;
    if (found?.credential.kind === 'registry-token') {
      return { header: `Bearer ${found.credential.token}`, isSecret: true, expiresAt: Infinity };
    }
    const token = await requestToken(this.#http, wish, found?.credential, this.#host.clock.now());
    if (token !== 'refused') {
      return { header: `Bearer ${token.value}`, isSecret: found !== undefined, expiresAt: token.expiresAt };
    }
    if (found !== undefined) throw this.#refused(repository, found);
    const { code, why, next } = this.denial(repository);
    throw new LarderError(code, `Larder could not ${wish.doing}: ${why}; ${next}.`, undefined, registry);
  }

  async #bearerFor(repository: Repository, realm: Realm): Promise<Bearer> {
    if (!realm.takesCredentials) return { strangeRealm: realm.url };
    return (await this.#parts.credentials.find(repository, undefined)) ?? 'nobody';
  }

  #refused({ registry }: Repository, found: FoundCredential): LarderError {
    this.#parts.credentials.forget(registry);
    return refusal(registry, found);
  }
}

/** Over plain http everybody on the way could read what is sent. */
function isPrivate({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || isLoopback(hostname);
}

function keyOf({ registry, repository }: Repository): string {
  return `${registry}/${repository}`;
}
