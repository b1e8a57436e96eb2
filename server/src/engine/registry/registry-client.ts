import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { discard, readBody } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import { headerOf } from '../http/message.ts';
import type { HttpRequest, HttpResponse, RequestHeaders } from '../http/message.ts';
import { withRetries } from '../http/retry.ts';
import { AnonymousTokens } from './anonymous-tokens.ts';
import { parseChallenges } from './challenge.ts';
import { digestOf, isDigest, matches } from './digest.ts';
import { registryEndpoint } from './endpoint.ts';
import type { Repository } from './endpoint.ts';
import { ACCEPT, bareMediaType } from './media-types.ts';

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

/** The reading half of the registry API (distribution-spec, "Pull"), without credentials. */
export class RegistryClient {
  readonly #host: Host;
  readonly #http: HttpClient;
  readonly #tokens: AnonymousTokens;

  constructor(host: Host, http: HttpClient) {
    this.#host = host;
    this.#http = http;
    this.#tokens = new AnonymousTokens(host, http);
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
    const head = await withRetries(this.#host, signal, async () => {
      const response = await this.#send(repository, `manifests/${reference}`, request);
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
    return withRetries(this.#host, signal, async () => {
      const response = await this.#send(repository, `manifests/${reference}`, request);
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
    repository: Repository,
    digest: string,
    request: { headers: RequestHeaders; doing: string; signal: AbortSignal },
  ): Promise<HttpResponse> {
    return this.#send(repository, `blobs/${digest}`, {
      method: 'GET',
      expect: [200, 206, 416],
      ...request,
    });
  }

  /** One attempt, and a second with a token when the registry asks for one. */
  async #send(repository: Repository, path: string, request: RegistryRequest): Promise<HttpResponse> {
    const errand = { ...request, ...registryEndpoint(repository, path, this.#http.allowHttp) };
    const token = this.#tokens.current(repository);
    const response = await this.#http.send({
      ...errand,
      headers: withToken(request.headers, token),
      expect: [...request.expect, 401],
      redirects: 'follow',
    });
    if (response.status !== 401) return response;

    const challenge = parseChallenges(headerOf(response, 'www-authenticate') ?? '').find(
      ({ scheme }) => scheme === 'bearer',
    );
    const asked = [errand.url.origin, errand.plainUrl?.origin];
    // A server that the registry redirected to has no say in where tokens come from.
    if (challenge === undefined || !asked.includes(response.url.origin)) {
      throw await this.#http.statusError(response, errand);
    }
    discard(response.body);
    const fresh = await this.#tokens.fetch(repository, challenge, token);
    return this.#http.send({ ...errand, headers: withToken(request.headers, fresh), redirects: 'follow' });
  }
}

function withToken(headers: RequestHeaders | undefined, token: string | undefined): RequestHeaders {
  return token === undefined ? { ...headers } : { ...headers, authorization: `Bearer ${token}` };
}

/** `r.example/team/app:1.4`, for messages. */
export function nameOf({ registry, repository }: Repository, reference: string): string {
  return `${registry}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
}
