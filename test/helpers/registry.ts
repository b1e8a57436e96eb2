/**
 * A registry that speaks the reading half of the distribution API v2 (distribution-spec, "Pull") over plain http on loopback,
 * writes down every request, and misbehaves when told to.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Pushable } from './images.ts';
import type { Content } from './layers.ts';
import { distort, falsify, Faults, send } from './registry-faults.ts';
import type { Fault } from './registry-faults.ts';
import { contentReply, errorReply, jsonReply } from './registry-reply.ts';
import type { Reply } from './registry-reply.ts';

/** One request that was seen. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly range: string | undefined;
  readonly headers: IncomingHttpHeaders;
  /** What was answered; 0 when nothing was. */
  readonly status: number;
  /** Bytes of the body that were handed to the connection. */
  readonly bytesSent: number;
}

interface Repository {
  /** Tag → digest. */
  readonly tags: Map<string, string>;
  /** By digest. */
  readonly manifests: Map<string, Content>;
  readonly blobs: Map<string, Content>;
}

interface Guard {
  lets(authorization: string): boolean;
  /** The challenge for a repository. */
  challenge(name: string): string;
}

export class Registry {
  readonly #repositories = new Map<string, Repository>();
  readonly #faults = new Faults();
  readonly #requests: SeenRequest[] = [];
  readonly #server = createServer((request, response) => void this.#serve(request, response));
  #port = 0;
  #guard: Guard | undefined;
  #token: string | undefined;

  /** Starts to listen. */
  async listen(): Promise<this> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done));
    this.#port = (this.#server.address() as AddressInfo).port;
    return this;
  }

  /** `127.0.0.1:PORT`, as it stands in references. */
  get host(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Every request since the start or the last `clearRequests`, in the order in which they came. */
  get requests(): readonly SeenRequest[] {
    return this.#requests;
  }

  /** The requests as short lines: `GET /v2/team/app/blobs/sha256:… bytes=100- → 206`. */
  get requestLines(): string[] {
    return this.#requests.map(({ method, path, range, status }) =>
      [method, path, ...(range === undefined ? [] : [range]), '→', status].join(' '),
    );
  }

  /** Resolves when that many requests have come whose path has this part. */
  async asked(part: string, times = 1): Promise<void> {
    const count = (): number => this.#requests.filter(({ path }) => path.includes(part)).length;
    while (count() < times) await once(this.#server, 'request');
  }

  clearRequests(): void {
    this.#requests.length = 0;
  }

  /** Stores an image or an index and points the tag at it; without a tag it is to be had by digest only. */
  push(repository: string, tag: string | undefined, { digest, manifests, blobs }: Pushable): void {
    const target = this.#repository(repository);
    for (const manifest of manifests) target.manifests.set(manifest.digest, manifest);
    for (const blob of blobs) target.blobs.set(blob.digest, blob);
    if (tag !== undefined) target.tags.set(tag, digest);
  }

  /** Points a tag that there is at another image or index. */
  move(repository: string, tag: string, to: Pushable): void {
    if (!this.#repository(repository).tags.has(tag))
      throw new Error(`${repository} has no tag ${tag} to move`);
    this.push(repository, tag, to);
  }

  /**
   * From now on, requests whose path ends with `path` meet the fault. Several faults of different kinds befall a request
   * together; of one kind the first that is not used up.
   */
  misbehave(path: string, fault: Fault): void {
    this.#faults.add(path, fault);
  }

  /** Ends all misbehaviour. */
  behave(): void {
    this.#faults.clear();
  }

  /** From now on, a request needs a bearer token, which `/token` gives to anybody. */
  requireToken(token = 'anonymous-token'): void {
    this.#token = token;
    const realm = `http://${this.host}/token`;
    this.requireTokenOf(realm, (given) => given === token);
  }

  /** From now on, a request needs a bearer token that another server gives. */
  requireTokenOf(realm: string, accepts: (token: string) => boolean): void {
    this.#guard = {
      lets: (authorization) => accepts(authorization.replace(/^Bearer /, '')),
      challenge: (name) => `Bearer realm="${realm}",service="registry",scope="repository:${name}:pull"`,
    };
  }

  /** From now on, a request needs this user name and password. */
  requirePassword(username: string, password: string): void {
    const expected = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    this.#guard = {
      lets: (authorization) => authorization === expected,
      challenge: () => 'Basic realm="the registry, of the tests"',
    };
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const seen = { method, path, range: headers.range, headers, status: 0, bytesSent: 0 };
    this.#requests.push(seen);
    const find = this.#faults.take(method, path);
    const reply = falsify(this.#answer(method, path, distort(request, find)), find);
    if (find('hang') === undefined && find('reset') === undefined) seen.status = reply.status;
    await send(response, reply, find, (bytes) => (seen.bytesSent += bytes));
  }

  #answer(method: string, path: string, headers: IncomingHttpHeaders): Reply {
    const { pathname } = new URL(path, 'http://registry');
    if (pathname === '/token') return jsonReply(200, { token: this.#token });
    if (method !== 'GET' && method !== 'HEAD')
      return errorReply(405, 'UNSUPPORTED', 'this registry only reads');
    const [, name = '', kind = '', reference = ''] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
    if (this.#guard !== undefined && !this.#guard.lets(headers.authorization ?? '')) {
      const challenge = this.#guard.challenge(name);
      return errorReply(401, 'UNAUTHORIZED', 'authentication required', { 'www-authenticate': challenge });
    }
    if (pathname === '/v2/') return jsonReply(200, {});
    const repository = this.#repositories.get(name);
    if (repository === undefined)
      return errorReply(404, 'NAME_UNKNOWN', 'repository name not known to registry');
    const content =
      kind === 'manifests'
        ? repository.manifests.get(repository.tags.get(reference) ?? reference)
        : repository.blobs.get(reference);
    if (content !== undefined) return contentReply(content, headers);
    return kind === 'manifests'
      ? errorReply(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
      : errorReply(404, 'BLOB_UNKNOWN', 'blob unknown to registry');
  }

  #repository(name: string): Repository {
    const known = this.#repositories.get(name);
    if (known !== undefined) return known;
    const created: Repository = { tags: new Map(), manifests: new Map(), blobs: new Map() };
    this.#repositories.set(name, created);
    return created;
  }
}

/** A registry that listens on a port of loopback that the system chooses. */
export function startRegistry(): Promise<Registry> {
  return new Registry().listen();
}
