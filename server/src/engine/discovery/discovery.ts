import { appcPlatform } from '../../domain/appc-platform.ts';
import { LarderError } from '../../domain/errors.ts';
import type { ErrorCode } from '../../domain/errors.ts';
import type { NameImage, Platform } from '../../domain/image.ts';
import type { Host } from '../host.ts';
import { abandon, discard } from '../http/body.ts';
import type { HttpClient } from '../http/http-client.ts';
import type { Body, HttpResponse } from '../http/message.ts';
import { networkError } from '../http/network-error.ts';
import { withRetries } from '../http/retry.ts';
import { endpointsOf, isAllowed } from './endpoints.ts';
import type { Endpoint } from './endpoints.ts';
import { MetaTagReader, speaksOf } from './meta-tags.ts';
import type { DiscoveryTags } from './meta-tags.ts';

/** No more of a page is read. Bytes. */
const PAGE_LIMIT = 1 << 20;

/** Of what one page names, no more is tried: each is a request to a host of the page's choice. */
const MOST_PLACES = 16;

/** A page, or a reason to look at the parent's. */
const ANSWERS: readonly number[] = [200, ...Array.from({ length: 100 }, (_, at) => 400 + at)];

/** After these over https, http is tried where it is allowed: nobody listens there, or not with TLS. */
const NO_HTTPS: readonly ErrorCode[] = ['E_OFFLINE', 'E_TLS', 'E_TIMEOUT', 'E_PROTOCOL'];

/** Finds out where images are by their names (appc/spec, discovery.md). */
export class Discovery {
  readonly #host: Host;
  readonly #http: HttpClient;

  /** @param http whether it allows plain http to any host decides whether discovery does */
  constructor(host: Host, http: HttpClient) {
    this.#host = host;
    this.#http = http;
  }

  /**
   * @param platform gives `os` and `arch` where the image has no such labels
   * @returns one or more places to try, in order
   * @throws LarderError E_DISCOVERY, or what a server's failure amounts to
   */
  find(image: NameImage, platform: Platform, signal: AbortSignal): Promise<Endpoint[]> {
    const labels = { ...appcPlatform(platform), ...image.labels };
    return this.#walk(image.name, signal, ({ templates }) =>
      endpointsOf(templates, image, labels, this.#http.allowHttp),
    );
  }

  /**
   * @param name an image name, or the prefix of some
   * @returns URLs of the keys that sign images of that name, one or more
   * @throws LarderError E_DISCOVERY, or what a server's failure amounts to
   */
  findKeys(name: string, signal: AbortSignal): Promise<URL[]> {
    return this.#walk(name, signal, ({ keys }) =>
      keys
        .filter((tag) => speaksOf(tag, name) && isAllowed(tag.value, this.#http.allowHttp))
        .map(({ value }) => new URL(value)),
    );
  }

  /** Looks at the page of a name, and while there is nothing of use, at that of its parent. */
  async #walk<T>(name: string, signal: AbortSignal, find: (tags: DiscoveryTags) => T[]): Promise<T[]> {
    const attempts: string[] = [];
    for (let path = name; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('/')))) {
      const page = await this.#page(path, name, signal);
      if (typeof page === 'number') {
        attempts.push(`https://${path} answered ${page}`);
        continue;
      }
      const found = find(page);
      if (found.length > 0) return found.slice(0, MOST_PLACES);
      attempts.push(`https://${path} has no tag that fits`);
    }
    throw new LarderError(
      'E_DISCOVERY',
      `${name} was not discovered: ${attempts.join(', ')}; check the name and its labels.`,
    );
  }

  /** @returns the page's tags, or the status of an answer without a page */
  async #page(path: string, name: string, signal: AbortSignal): Promise<DiscoveryTags | number> {
    const response = await this.#ask(path, name, signal);
    if (response.status === 200)
      return readTags(response.body, { ...response, doing: `discover ${name}`, signal });
    discard(response.body);
    return response.status;
  }

  async #ask(path: string, name: string, signal: AbortSignal): Promise<HttpResponse> {
    try {
      return await this.#send('https', path, name, signal);
    } catch (error) {
      if (!this.#http.allowHttp || !(error instanceof LarderError) || !NO_HTTPS.includes(error.code))
        throw error;
      this.#host.log.info(`${error.message} Plain http is tried.`);
      return this.#send('http', path, name, signal);
    }
  }

  #send(scheme: string, path: string, name: string, signal: AbortSignal): Promise<HttpResponse> {
    const address = `${scheme}://${path}?ac-discovery=1`;
    if (!URL.canParse(address)) {
      throw new LarderError(
        'E_DISCOVERY',
        `${name} was not discovered: it does not begin with the name of a host.`,
      );
    }
    const url = new URL(address);
    return withRetries(this.#host, signal, () =>
      this.#http.send({
        ...{ url, signal, doing: `discover ${name}` },
        ...{ method: 'GET', expect: ANSWERS, redirects: 'follow' },
      }),
    );
  }
}

async function readTags(body: Body, errand: Parameters<typeof networkError>[1]): Promise<DiscoveryTags> {
  const reader = new MetaTagReader();
  let size = 0;
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      reader.push(piece.subarray(0, PAGE_LIMIT - size));
      size += piece.length;
      if (size >= PAGE_LIMIT) break;
    }
  } catch (error) {
    throw networkError(error, errand);
  }
  if (!body.readableEnded) abandon(body);
  return reader.end();
}
