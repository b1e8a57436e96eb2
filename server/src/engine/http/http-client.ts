import { request as send } from 'undici';
import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { discard } from './body.ts';
import { headerOf } from './message.ts';
import type { HttpRequest, HttpResponse, Redirect, RequestHeaders } from './message.ts';
import { networkError } from './network-error.ts';
import type { Errand } from './network-error.ts';
import { REDIRECT_LIMIT, redirectedHeaders, REDIRECTS, redirectTarget } from './redirect.ts';
import { statusError } from './status-error.ts';

export interface HttpOptions {
  /** Milliseconds until the headers must be there. */
  readonly headersTimeout: number;
  /** Milliseconds that may pass between two pieces of a body. */
  readonly stallTimeout: number;
  /** `--insecure-options=http`: plain http to any host, not only to loopback. */
  readonly allowHttp: boolean;
}

const DEFAULTS: HttpOptions = { headersTimeout: 30_000, stallTimeout: 30_000, allowHttp: false };

/** Blobs and manifests are hashed as they are: a content coding on the way would change them. */
const ALWAYS: RequestHeaders = { 'user-agent': 'larder', 'accept-encoding': 'identity' };

/** Sends requests, one attempt each, and turns what goes wrong into sentences. */
export class HttpClient {
  readonly #host: Host;
  readonly #options: HttpOptions;

  constructor(host: Host, options: Partial<HttpOptions> = {}) {
    this.#host = host;
    this.#options = { ...DEFAULTS, ...options };
  }

  get allowHttp(): boolean {
    return this.#options.allowHttp;
  }

  /**
   * Sends a request and follows its redirects.
   * @throws LarderError; a TransientError when trying again may help
   */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const response = await this.#follow(request);
    if (request.expect.includes(response.status)) return response;
    throw await this.statusError(response, request);
  }

  /** The error that an answer amounts to after all; takes its body. */
  statusError(response: HttpResponse, errand: Errand): Promise<LarderError> {
    return statusError(response, errand, this.#host.clock.now());
  }

  async #follow(request: HttpRequest): Promise<HttpResponse> {
    let { url } = request;
    let headers: RequestHeaders = { ...ALWAYS, ...request.headers };
    const redirects: Redirect[] = [];
    while (redirects.length <= REDIRECT_LIMIT) {
      const response = { ...(await this.#once(request, url, headers)), redirects };
      if (request.redirects === 'refuse' || !REDIRECTS.includes(response.status)) return response;
      redirects.push({ status: response.status, headers: response.headers });
      discard(response.body);
      const target = redirectTarget(url, headerOf(response, 'location'), this.allowHttp, request);
      headers = redirectedHeaders(headers, url, target);
      url = target;
    }
    throw new LarderError(
      'E_PROTOCOL',
      `Larder could not ${request.doing}: ${url.host} redirects more than ${REDIRECT_LIMIT} times; tell whoever runs it.`,
    );
  }

  async #once(
    request: HttpRequest,
    url: URL,
    headers: RequestHeaders,
  ): Promise<Omit<HttpResponse, 'redirects'>> {
    try {
      const response = await send(url, {
        dispatcher: this.#host.net,
        method: request.method,
        headers,
        signal: request.signal ?? null,
        headersTimeout: this.#options.headersTimeout,
        bodyTimeout: this.#options.stallTimeout,
      });
      return { status: response.statusCode, headers: response.headers, body: response.body, url };
    } catch (error) {
      throw networkError(error, { ...request, url });
    }
  }
}
