import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import type { Host } from '../host.ts';
import { readBody } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import { isLoopback } from '../http/loopback.ts';
import type { Challenge } from './challenge.ts';
import { isRecord } from './descriptor.ts';
import type { Repository } from './endpoint.ts';
import { registryEndpoint } from './endpoint.ts';

const TOKEN_LIMIT = 1 << 20;
/** What a token lives when its server does not say (distribution, "Token Authentication Specification"). Milliseconds. */
const SHORTEST_LIFE = 60_000;
/** A token this close to its end is not used for another request. Milliseconds. */
const MARGIN = 10_000;

interface Token {
  readonly value: string;
  readonly expiresAt: number;
}

/**
 * The bearer tokens that registries such as Docker Hub give to anybody, one a repository (distribution, "Token Authentication
 * Specification"). However many requests need one at a time, it is fetched once.
 */
export class AnonymousTokens {
  readonly #host: Host;
  readonly #http: HttpClient;
  readonly #known = new Map<string, Token>();
  readonly #pending = new Map<string, Promise<Token>>();

  constructor(host: Host, http: HttpClient) {
    this.#host = host;
    this.#http = http;
  }

  /** The token for a repository, as long as it is good. */
  current(repository: Repository): string | undefined {
    const token = this.#known.get(keyOf(repository));
    return token !== undefined && token.expiresAt - MARGIN > this.#host.clock.now() ? token.value : undefined;
  }

  /**
   * Gets a token as a challenge says.
   * @param rejected the token that the registry has just refused
   * @throws LarderError E_AUTH_REALM when the challenge sends to a place that must not be asked
   */
  async fetch(repository: Repository, challenge: Challenge, rejected: string | undefined): Promise<string> {
    const current = this.current(repository);
    if (current !== undefined && current !== rejected) return current;
    const key = keyOf(repository);
    const pending = this.#pending.get(key) ?? this.#start(key, repository, challenge);
    return (await pending).value;
  }

  #start(key: string, repository: Repository, challenge: Challenge): Promise<Token> {
    const request = this.#request(repository, challenge)
      .then((token) => {
        this.#known.set(key, token);
        return token;
      })
      .finally(() => this.#pending.delete(key));
    this.#pending.set(key, request);
    return request;
  }

  async #request(repository: Repository, { parameters }: Challenge): Promise<Token> {
    const url = this.#realm(repository, parameters.get('realm') ?? '');
    const service = parameters.get('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', parameters.get('scope') ?? `repository:${repository.repository}:pull`);
    const doing = `get a token for ${repository.registry}/${repository.repository}`;
    const errand = { url, doing };
    // No signal: others may wait for the same token. A redirect could lead to any server, also inside this network.
    const { body } = await this.#http.send({ ...errand, method: 'GET', expect: [200], redirects: 'refuse' });
    return this.#parse(await readBody(body, TOKEN_LIMIT, errand), url, doing);
  }

  /** The realm is the registry's word only: it must not make Larder ask what the registry itself could not. */
  #realm({ registry, repository }: Repository, realm: string): URL {
    const refuse = (why: string): LarderError =>
      new LarderError(
        'E_AUTH_REALM',
        `Larder could not get a token for ${registry}/${repository}: ${registry} sends for it to ${quote(realm)}, ${why}; tell whoever runs the registry.`,
      );
    if (!URL.canParse(realm)) throw refuse('which is no URL');
    const url = new URL(realm);
    if (url.username !== '' || url.password !== '') throw refuse('which carries credentials of its own');
    const { url: own } = registryEndpoint({ registry, repository }, '', false);
    if (isLoopback(url.hostname) && !isLoopback(own.hostname)) throw refuse('which is this machine');
    const plain = url.protocol === 'http:' && (isLoopback(url.hostname) || this.#http.allowHttp);
    if (url.protocol !== 'https:' && !plain) throw refuse('which is not https');
    return url;
  }

  #parse(body: Buffer, { host }: URL, doing: string): Token {
    const answer = parseJson(body);
    const value = answer['token'] ?? answer['access_token'];
    // Anything else could end the header that it is to stand in.
    if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value)) {
      throw new LarderError(
        'E_PROTOCOL',
        `Larder could not ${doing}: ${host} answered without one; try again later.`,
      );
    }
    const seconds = answer['expires_in'];
    const life = typeof seconds === 'number' ? Math.max(seconds * 1000, SHORTEST_LIFE) : SHORTEST_LIFE;
    return { value, expiresAt: this.#host.clock.now() + life };
  }
}

function keyOf({ registry, repository }: Repository): string {
  return `${registry}/${repository}`;
}

function parseJson(body: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body.toString());
    return isRecord(value) ? value : {};
  } catch {
    // No JSON, no token: said by the caller.
    return {};
  }
}
