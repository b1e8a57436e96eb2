import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { discard, readBody } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import { headerOf } from '../http/message.ts';
import type { HttpRequest, HttpResponse, RequestHeaders } from '../http/message.ts';
import { withRetries } from '../http/retry.ts';
import { Authorization } from './authorization.ts';
import type { AuthorizationParts, Pass } from './authorization.ts';
import { parseChallenges } from './challenge.ts';
import { digestOf, isDigest, matches } from './digest.ts';
import { registryEndpoint } from './endpoint.ts';
import type { Repository } from './endpoint.ts';
import { ACCEPT, bareMediaType } from './media-types.ts';
import type { Route } from './routes.ts';

/** Larger manifests are refused (containers/image has the same limit). */
export const MANIFEST_LIMIT = 4 << 20;

/** Answers to HEAD after which GET may know better: no HEAD here (405), no say without a body (403), no such method (501). */
const HEAD_UNSUPPORTED: readonly number[] = [403, 405, 501];

/** A manifest or an index, its bytes checked against its digest. */
export interface FetchedManifest {
  readonly digest: string;
  readonly bytes: Buffer;
  /** What the registry calls it; undefined when it does not say. */
  readonly mediaType: string | undefined;
}

/** What HEAD tells about a manifest. */
export type ManifestHead = Pick<FetchedManifest, 'digest' | 'mediaType'>;

type RegistryRequest = Pick<HttpRequest, 'method' | 'headers' | 'expect' | 'doing' | 'signal'>;

/** What a registry client works with beside the network. */
export interface RegistryParts extends AuthorizationParts {
  /**
   * Where a repository is to be had, in the order to try; the last is its source.
   * @param reference a tag or a digest; undefined for blobs
   * @throws LarderError E_BLOCKED, E_CONFIG
   */
  readonly routes: (repository: Repository, reference: string | undefined) => Promise<readonly Route[]>;
}

/** The reading half of the registry API (distribution-spec, "Pull"): through mirrors, with credentials where they are asked for. */
export class RegistryClient {
  readonly #host: Host;
  readonly #http: HttpClient;
  readonly #parts: RegistryParts;
  readonly #authorization: Authorization;

  constructor(host: Host, http: HttpClient, parts: RegistryParts) {
    this.#host = host;
    this.#http = http;
    this.#parts = parts;
    this.#authorization = new Authorization(host, http, parts);
  }

  /** Where the blobs of a repository are to be had, as {@link RegistryParts.routes}. */
  blobRoutes(repository: Repository): Promise<readonly Route[]> {
    return this.#parts.routes(repository, undefined);
  }

  /**
   * Asks what a tag points to, without its content: on registries that count pulls this is none.
   * @param reference a tag or a digest
   */
  async headManifest(repository: Repository, reference: string, signal: AbortSignal): Promise<ManifestHead> {
    const doing = `look up ${nameOf(repository, reference)}`;
    const request: RegistryRequest = {
      method: 'HEAD',
      headers: { accept: ACCEPT },
      expect: [200, ...HEAD_UNSUPPORTED],
      doing,
      signal,
    };
    const head = await this.#firstOf(repository, reference, signal, async (route) => {
      const response = await this.#send(route, `manifests/${reference}`, request);
      discard(response.body);
      return response;
    });
    const digest = headerOf(head, 'docker-content-digest');
    // Docker-Content-Digest is optional (distribution-spec, "Checking if content exists").
    if (head.status !== 200 || !isDigest(digest)) return this.getManifest(repository, reference, signal);
    return { digest, mediaType: bareMediaType(headerOf(head, 'content-type')) };
  }

  /**
   * Gets a manifest or an index.
   * @param reference a tag or a digest
   * @throws LarderError E_DIGEST when the bytes are not those of the digest asked for, or of the one the registry names
   */
  getManifest(repository: Repository, reference: string, signal: AbortSignal): Promise<FetchedManifest> {
    const doing = `get the manifest of ${nameOf(repository, reference)}`;
    const headers = { accept: ACCEPT };
    const request: RegistryRequest = { method: 'GET', headers, expect: [200], doing, signal };
    return this.#firstOf(repository, reference, signal, async (route) => {
      const response = await this.#send(route, `manifests/${reference}`, request);
      const bytes = await readBody(response.body, MANIFEST_LIMIT, { url: response.url, doing, signal });
      const named = headerOf(response, 'docker-content-digest');
      const promised = [reference, named].filter(isDigest);
      const broken = promised.find((digest) => !matches(bytes, digest));
      if (broken !== undefined) {
        const why = `${response.url.host} sent other bytes than those of ${broken}`;
        throw new LarderError('E_DIGEST', `Larder could not ${doing}: ${why}; nothing of it was kept.`);
      }
      const mediaType = bareMediaType(headerOf(response, 'content-type'));
      return { digest: promised[0] ?? digestOf(bytes), bytes, mediaType };
    });
  }

  /**
   * Asks once for a blob or a part of it.
   * @param headers Range and If-Range
   * @returns an answer of status 200, 206 or 416
   */
  openBlob(
    route: Route,
    digest: string,
    request: { headers: RequestHeaders; doing: string; signal: AbortSignal },
  ): Promise<HttpResponse> {
    return this.#send(route, `blobs/${digest}`, {
      method: 'GET',
      expect: [200, 206, 416],
      ...request,
    });
  }

  /**
   * Asks one place after the other. A mirror gets one attempt and may fail in any way: the next place makes up for it, and what has a
   * digest is checked wherever it came from. The source is asked with patience, and its failure counts.
   */
  async #firstOf<T>(
    repository: Repository,
    reference: string,
    signal: AbortSignal,
    ask: (route: Route) => Promise<T>,
  ): Promise<T> {
    const routes = await this.#parts.routes(repository, reference);
    for (const route of routes) {
      if (route.role === 'source') return withRetries(this.#host, signal, () => ask(route));
      try {
        return await ask(route);
      } catch (error) {
        if (signal.aborted || !(error instanceof LarderError)) throw error;
        this.#host.log.info(`The mirror ${route.registry} is passed over. ${error.message}`);
      }
    }
    throw new Error(`there is no source for ${nameOf(repository, reference)}`);
  }

  /** One attempt, and a second with what the registry asks for. */
  async #send(route: Route, path: string, request: RegistryRequest): Promise<HttpResponse> {
    const errand = {
      ...request,
      ...registryEndpoint(route, path, this.#http.allowHttp || route.insecure),
      unverified: route.insecure,
      // Instead of a mirror that wants to be left alone there is always another place.
      ...(route.role === 'mirror' && { patience: 0 }),
      denied: () => this.#authorization.denial(route),
    };
    const known = this.#authorization.current(route);
    const response = await this.#http.send({
      ...errand,
      ...withPass(request.headers, known),
      expect: [...request.expect, 401],
      redirects: 'follow',
    });
    if (response.status !== 401) return response;

    const asked = [errand.url.origin, errand.plainUrl?.origin];
    // A server that the registry redirected to has no say in who must be who.
    const challenges = asked.includes(response.url.origin)
      ? parseChallenges(headerOf(response, 'www-authenticate') ?? '')
      : [];
    const pass = await this.#authorization.answer(route, challenges, response.url, known);
    if (pass === undefined) throw await this.#http.statusError(response, errand);
    discard(response.body);
    const answer = await this.#http.send({
      ...errand,
      ...withPass(request.headers, pass),
      expect: [...request.expect, 401],
      redirects: 'follow',
    });
    if (answer.status !== 401) return answer;
    const denied = await this.#http.statusError(answer, errand);
    throw this.#authorization.refusal(route, pass) ?? denied;
  }
}

function withPass(
  headers: RequestHeaders | undefined,
  pass: Pass | undefined,
): Pick<HttpRequest, 'headers' | 'confidential'> {
  if (pass === undefined) return { headers: { ...headers } };
  return { headers: { ...headers, authorization: pass.header }, confidential: pass.isSecret };
}

/** `r.example/team/app:1.4`, for messages. */
export function nameOf({ registry, repository }: Repository, reference: string): string {
  return `${registry}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
}
