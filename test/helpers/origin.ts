/**
 * A web server on loopback (RFC 9110: conditional requests, ranges), which writes down every request and can be told to
 * misbehave. It answers for every host: {@link networkTo} leads them all to it.
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent, buildConnector } from 'undici';

/** What a path answers. */
export interface Resource {
  readonly body?: Buffer | string;
  /** 200 unless given. */
  readonly status?: number;
  /** With an `etag` or `last-modified` among them, conditional requests are answered. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers of a 304, instead of the others. */
  readonly notModified?: Readonly<Record<string, string>>;
  /** The connection breaks after so many bytes of the body. */
  readonly cutAfter?: number;
  /** No answer at all: the connection breaks. */
  readonly reset?: true;
}

export interface SeenRequest {
  readonly host: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  status: number;
}

/** Headers of a request that say what kind of request it is. */
const TELLING = ['if-none-match', 'if-modified-since', 'range', 'if-range', 'authorization'] as const;

export class Origin {
  readonly #resources = new Map<string, Resource[]>();
  readonly #server = createServer((request, response) => this.#serve(request, response));
  readonly requests: SeenRequest[] = [];

  async listen(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    return this;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** `http://127.0.0.1:PORT` */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /**
   * From now on a path, or `//host/path` for one host alone, answers this; of several, each once, and the last from then on.
   */
  serve(path: string, ...resources: Resource[]): void {
    this.#resources.set(path, resources);
  }

  /** The requests as lines: `/app.aci if-none-match="a" → 304`; with the host where it is not this machine's address. */
  get lines(): string[] {
    return this.requests.map(({ host, path, headers, status }) => {
      const telling = TELLING.flatMap((name) =>
        headers[name] === undefined ? [] : [`${name}=${String(headers[name])}`],
      );
      const where = host.startsWith('127.0.0.1') ? path : `//${host}${path}`;
      return [where, ...telling, '→', status].join(' ');
    });
  }

  /** The lines since the last call. */
  takeLines(): string[] {
    const { lines } = this;
    this.requests.length = 0;
    return lines;
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    const { url: path = '', headers } = request;
    const { host = '' } = headers;
    const seen: SeenRequest = { host, path, headers, status: 0 };
    this.requests.push(seen);
    const queue = this.#resources.get(`//${host}${path}`) ?? this.#resources.get(path);
    const resource = (queue !== undefined && queue.length > 1 ? queue.shift() : queue?.[0]) ?? {
      status: 404,
    };
    if (resource.reset === true) {
      request.socket.destroy();
      return;
    }
    answer(resource, headers, response);
    seen.status = response.statusCode;
  }
}

function answer(resource: Resource, request: IncomingHttpHeaders, response: ServerResponse): void {
  const { status = 200, headers = {}, notModified = headers, cutAfter } = resource;
  const body = Buffer.from(resource.body ?? '');
  if (status === 200 && isNotModified(headers, request)) {
    response.writeHead(304, notModified).end();
    return;
  }
  const start = status === 200 ? rangeStart(headers, request, body.length) : 0;
  if (start > 0) {
    response.writeHead(206, {
      ...headers,
      'content-range': `bytes ${start}-${body.length - 1}/${body.length}`,
    });
  } else {
    response.writeHead(status, { ...headers, 'content-length': body.length });
  }
  if (cutAfter === undefined) {
    response.end(body.subarray(start));
    return;
  }
  response.write(body.subarray(start, start + cutAfter), () => setTimeout(() => response.destroy(), 20));
}

/** RFC 9110 §13.2.2. */
function isNotModified(headers: Readonly<Record<string, string>>, request: IncomingHttpHeaders): boolean {
  const { etag, 'last-modified': lastModified } = headers;
  if (request['if-none-match'] !== undefined) return request['if-none-match'] === etag;
  const since = request['if-modified-since'];
  return since !== undefined && lastModified !== undefined && Date.parse(lastModified) <= Date.parse(since);
}

function rangeStart(
  headers: Readonly<Record<string, string>>,
  request: IncomingHttpHeaders,
  size: number,
): number {
  const start = Number(/^bytes=(\d+)-$/.exec(request.range ?? '')?.[1] ?? 0);
  return start < size && request['if-range'] === headers['etag'] ? start : 0;
}

export function startOrigin(): Promise<Origin> {
  return new Origin().listen();
}

/** Leads every host, by https too, to an origin, except those of this machine; as if DNS said so. There is no TLS. */
export function networkTo(origin: Origin): Agent {
  const connect = buildConnector({});
  return new Agent({
    connect: (options, callback) => {
      const isHere = options.hostname === '127.0.0.1';
      const there = {
        hostname: '127.0.0.1',
        host: '127.0.0.1',
        protocol: 'http:',
        port: String(origin.port),
      };
      connect(isHere ? options : { ...options, ...there }, callback);
    },
  });
}
