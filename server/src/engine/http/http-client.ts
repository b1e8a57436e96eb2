import { request as send } from 'undici';
import { LarderError } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { discard } from './body.ts';
import type { Dispatchers } from './dispatchers.ts';
import type { HttpCredentials } from '../auth/http-credentials.ts';
import type { HostLimits } from './host-limits.ts';
import { isLoopback } from './loopback.ts';
import { headerOf } from './message.ts';
import type { HttpRequest, HttpResponse, Redirect, RequestHeaders } from './message.ts';
import { networkError, speaksNoTls } from './network-error.ts';
import type { Errand } from './network-error.ts';
import { REDIRECT_LIMIT, redirectedHeaders, REDIRECTS, redirectTarget } from './redirect.ts';
import { parseRateLimit } from './rate-limit.ts';
import { parseRetryAfter } from './retry-after.ts';
import { PATIENCE } from './retry.ts';
import { statusError, TRANSIENT } from './status-error.ts';
import { TransientError } from './transient-error.ts';

export interface HttpOptions {
  /** Milliseconds until the headers must be there. */
  readonly headersTimeout: number;
  /** Milliseconds that may pass between two pieces of a body. */
  readonly stallTimeout: number;
  /** `--insecure-options=http`: any host may be spoken to over plain http, not only loopback. */
  readonly allowHttp: boolean;
  /** For hosts with a TLS identity of their own; absent: all go the host's common way. */
  readonly dispatchers?: Pick<Dispatchers, 'for'>;
  /** How often hosts may be asked; absent: as often as it takes. */
  readonly limits?: Pick<HostLimits, 'waitFor' | 'failed' | 'succeeded'>;
  /** What web servers want to see of who asks; absent: nothing. */
  readonly credentials?: Pick<HttpCredentials, 'headersFor'>;
}

const DEFAULTS: HttpOptions = { headersTimeout: 30_000, stallTimeout: 30_000, allowHttp: false };

/** Blobs and manifests are hashed as they are: a content coding on the way would change them. */
const ALWAYS: RequestHeaders = { 'user-agent': 'larder', 'accept-encoding': 'identity' };

type Answer = Omit<HttpResponse, 'redirects'>;

/** Sends requests, one attempt each, and turns what goes wrong into sentences. */
export class HttpClient {
  readonly #host: Host;
  readonly #options: HttpOptions;
  /** Origins of https that do not speak TLS, and were asked over plain http instead. */
  readonly #plain = new Set<string>();

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
      const answer =
        redirects.length === 0 ? this.#first(request, headers) : this.#once(request, url, headers);
      const response = { ...(await answer), redirects };
      if (request.redirects === 'refuse' || !REDIRECTS.includes(response.status)) return response;
      redirects.push({ status: response.status, headers: response.headers });
      discard(response.body);
      const target = redirectTarget(response.url, headerOf(response, 'location'), this.allowHttp, request);
      headers = redirectedHeaders(headers, response.url, target);
      url = target;
    }
    throw new LarderError(
      'E_PROTOCOL',
      `Larder could not ${request.doing}: ${url.host} redirects more than ${REDIRECT_LIMIT} times; tell whoever runs it.`,
    );
  }

  /** TLS first, wherever there is a choice: plain http is for hosts that do not speak it, and not for those that do it badly. */
  async #first(request: HttpRequest, headers: RequestHeaders): Promise<Answer> {
    const { url, plainUrl } = request;
    if (plainUrl === undefined) return this.#once(request, url, headers);
    if (!this.#plain.has(url.origin)) {
      try {
        return await this.#once(request, url, headers);
      } catch (error) {
        if (!speaksNoTls(error)) throw error;
      }
    }
    // To whoever does not speak TLS, or breaks it, to see what comes then.
    const readable = request.confidential === true && !isLoopback(plainUrl.hostname);
    const answer = await this.#once(
      request,
      plainUrl,
      readable ? redirectedHeaders(headers, url, plainUrl) : headers,
    );
    this.#plain.add(url.origin);
    return answer;
  }

  async #once(request: HttpRequest, url: URL, headers: RequestHeaders): Promise<Answer> {
    const { dispatchers, credentials, headersTimeout, stallTimeout } = this.#options;
    const { method, signal } = request;
    try {
      await this.#turn(request, url);
      const verify = request.unverified !== true || url.host !== request.url.host;
      const response = await send(url, {
        dispatcher: (await dispatchers?.for(url, verify)) ?? this.#host.net,
        method,
        // Only token servers are sent anything, and those are told in other ways who asks.
        headers: { ...headers, ...(method !== 'POST' && (await credentials?.headersFor({ url, method }))) },
        body: request.body ?? null,
        signal: signal ?? null,
        headersTimeout,
        bodyTimeout: stallTimeout,
      });
      const answer = { status: response.statusCode, headers: response.headers, body: response.body, url };
      this.#note(answer);
      return answer;
    } catch (error) {
      const failure = networkError(error, { ...request, url });
      if (failure instanceof TransientError) this.#options.limits?.failed(url.host, null);
      throw failure;
    }
  }

  /** Waits until the host may be asked; for one that wants more patience than anybody has, whoever asks is told when that is. */
  async #turn({ doing, signal, patience = PATIENCE }: HttpRequest, { host }: URL): Promise<void> {
    const wait = this.#options.limits?.waitFor(host) ?? 0;
    if (wait > patience) {
      const until = new Date(this.#host.clock.now() + wait).toISOString();
      const why = `${host} asked to be left alone until ${until}`;
      throw new LarderError('E_RATE_LIMIT', `Larder could not ${doing}: ${why}; try again then.`);
    }
    if (wait > 0) await this.#host.clock.sleep(wait, signal);
  }

  #note(answer: Answer): void {
    const { limits } = this.#options;
    const { host } = answer.url;
    const now = this.#host.clock.now();
    if (TRANSIENT.includes(answer.status)) {
      limits?.failed(host, parseRetryAfter(headerOf(answer, 'retry-after'), now));
    } else {
      limits?.succeeded(host, parseRateLimit(answer, now));
    }
  }
}
