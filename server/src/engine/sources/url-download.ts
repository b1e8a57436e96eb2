import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { Host } from '../host.ts';
import { abandon, discard, receiveBody } from '../http/body.ts';
import type { Exchange } from '../http/caching.ts';
import { continuesAt, strongValidator, totalOf } from '../http/content-range.ts';
import { GatheringWriter } from '../http/gathering-writer.ts';
import type { HttpClient } from '../http/http-client.ts';
import { headerOf } from '../http/message.ts';
import type { HttpResponse, RequestHeaders } from '../http/message.ts';
import { networkError } from '../http/network-error.ts';
import { Perseverance } from '../http/perseverance.ts';
import { TransientError } from '../http/transient-error.ts';
import type { PartialDownload } from '../store/partial.ts';

/** More than this is no image. Bytes. */
const LIMIT = 64 * 2 ** 30;

export interface UrlWatch {
  readonly signal: AbortSignal;
  /** Told how many bytes are there, and how many there will be where that is known. */
  readonly onBytes: (received: number, total: number | null) => void;
}

/**
 * Downloads what a URL means now into a partial. What an interrupted run left is continued only when the server still has the
 * very same bytes: with `If-Range` and a strong validator (RFC 9110 §13.1.5), for there is no digest that would show a mixture.
 */
export class UrlDownload {
  readonly #host: Host;
  readonly #http: HttpClient;
  readonly #url: URL;
  readonly #partial: PartialDownload;
  readonly #watch: UrlWatch;
  readonly #doing: string;
  /** Bytes that are written or about to be. */
  #received = 0;

  constructor(host: Host, http: HttpClient, url: URL, partial: PartialDownload, watch: UrlWatch) {
    this.#host = host;
    this.#http = http;
    this.#url = url;
    this.#partial = partial;
    this.#watch = watch;
    this.#doing = `download ${url.href}`;
  }

  /**
   * @param conditions headers of a conditional request, or none
   * @returns a 304, only when there were conditions; or what came with the body, which is whole in the partial
   * @throws LarderError; what has come until then stays in the partial
   */
  async run(conditions: RequestHeaders): Promise<Exchange> {
    const perseverance = new Perseverance(this.#host, this.#partial.size);
    for (;;) {
      try {
        const exchange = await this.#ask(conditions);
        if (exchange !== undefined) return exchange;
      } catch (error) {
        await perseverance.afterFailure(error, this.#received, this.#watch.signal);
      }
    }
  }

  /** One request. Undefined when the bytes so far turned out to be of no use, and are gone. */
  async #ask(conditions: RequestHeaders): Promise<Exchange | undefined> {
    const { size, validator } = this.#partial;
    this.#received = validator === null ? 0 : size;
    const range: RequestHeaders =
      validator === null || size === 0 ? {} : { range: `bytes=${size}-`, 'if-range': validator };
    const requestedAt = this.#host.clock.now();
    const response = await this.#http.send({
      url: this.#url,
      doing: this.#doing,
      signal: this.#watch.signal,
      method: 'GET',
      headers: { ...conditions, ...range },
      expect: [200, 206, 304, 416],
      redirects: 'follow',
    });
    const exchange = { response, requestedAt, receivedAt: this.#host.clock.now() };
    // Nothing is waited for between an answer and its body: see receiveBody.
    switch (response.status) {
      case 200:
        await this.#receive(response, this.#begin(response), lengthOf(response));
        return exchange;
      case 304:
        discard(response.body);
        if (Object.keys(conditions).length > 0) return exchange;
        throw this.#unasked(response, 'E_PROTOCOL');
    }
    if (range['range'] === undefined) {
      abandon(response.body);
      throw this.#unasked(response, 'E_RANGE');
    }
    const contentRange = headerOf(response, 'content-range');
    const total = totalOf(contentRange);
    const goesOn =
      response.status === 206 &&
      total !== undefined &&
      continuesAt(contentRange, size, total) &&
      headerOf(response, 'etag') === validator;
    if (goesOn) {
      await this.#receive(response, Promise.resolve(), total);
      return exchange;
    }
    abandon(response.body);
    await this.#partial.reset();
    return undefined;
  }

  async #begin(response: HttpResponse): Promise<void> {
    await this.#partial.reset();
    await this.#partial.setValidator(strongValidator(headerOf(response, 'etag')));
  }

  /**
   * @param ready when the partial is where the body begins
   * @param total of the whole, in bytes
   */
  async #receive(response: HttpResponse, ready: Promise<void>, total: number | undefined): Promise<void> {
    const { url, body } = response;
    if (response.status === 200) this.#received = 0;
    const writer = new GatheringWriter((bytes) => this.#partial.append(bytes), ready);
    try {
      await receiveBody(body, (piece) => {
        this.#received += piece.length;
        if (this.#received > LIMIT) throw this.#tooLarge(url);
        this.#watch.onBytes(this.#received, total ?? null);
        return writer.write(piece);
      });
    } catch (error) {
      throw networkError(error, { url, doing: this.#doing, signal: this.#watch.signal });
    } finally {
      await writer.flush();
    }
    if (total !== undefined && this.#received !== total) {
      const why = `${url.host} sent ${this.#received} of ${total} bytes; try again`;
      throw new TransientError('E_PROTOCOL', `Larder could not ${this.#doing}: ${why}.`);
    }
  }

  #unasked({ status, url }: HttpResponse, code: ErrorCode): LarderError {
    const why = `${url.host} answered ${status}, which nothing in the request asked for`;
    return new LarderError(code, `Larder could not ${this.#doing}: ${why}; tell whoever runs it.`);
  }

  #tooLarge(url: URL): LarderError {
    const why = `${url.host} sent more than ${LIMIT} bytes, which no image has`;
    return new LarderError(
      'E_TOO_LARGE',
      `Larder could not ${this.#doing}: ${why}; check that it is the server you meant.`,
    );
  }
}

function lengthOf(response: HttpResponse): number | undefined {
  const length = headerOf(response, 'content-length');
  return length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
}
