/**
 * What stands in front of a real registry and passes everything on, except where it is told to misbehave: as load balancers,
 * caches and liars do. It writes down every request.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { distort, falsify, Faults, send } from '../helpers/registry-faults.ts';
import type { Fault } from '../helpers/registry-faults.ts';
import type { Reply } from '../helpers/registry-reply.ts';

export interface PassedRequest {
  /** `GET shop/web/manifests/1` */
  readonly line: string;
  readonly authorization: string | undefined;
  readonly range: string | undefined;
}

export class Front {
  readonly requests: PassedRequest[] = [];
  readonly #upstream: string;
  readonly #faults = new Faults();
  readonly #gates: { readonly path: string; readonly open: Promise<undefined> }[] = [];
  readonly #server = createServer((incoming, response) => void this.#serve(incoming, response));

  private constructor(upstream: string) {
    this.#upstream = upstream;
  }

  /** @param upstream `127.0.0.1:PORT` of the registry */
  static async before(upstream: string): Promise<Front> {
    const front = new Front(upstream);
    await new Promise<void>((done) => front.#server.listen(0, '127.0.0.1', done));
    return front;
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get lines(): string[] {
    return this.requests.map(({ line }) => line);
  }

  /** From now on, requests whose path ends so meet the fault. */
  misbehave(path: string, fault: Fault): void {
    this.#faults.add(path, fault);
  }

  /**
   * From now on, requests whose path ends so wait before they are passed on.
   * @returns lets them go
   */
  hold(path: string): () => void {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.#gates.push({ path, open: promise });
    return () => resolve(undefined);
  }

  /** Forgets faults and requests. */
  behave(): void {
    this.#faults.clear();
    this.#gates.length = 0;
    this.requests.length = 0;
  }

  /** What the registry sends for a path below `/v2/`. */
  async bytes(path: string): Promise<Buffer> {
    const { body } = await request(`http://${this.#upstream}/v2/${path}`);
    return Buffer.from(await body.arrayBuffer());
  }

  async close(): Promise<void> {
    await new Promise<void>((done) => {
      this.#server.close(() => done());
      this.#server.closeAllConnections();
    });
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming;
    const { authorization, range } = headers;
    this.requests.push({ line: `${method} ${url.replace('/v2/', '')}`, authorization, range });
    await this.#gates.find(({ path }) => url.endsWith(path))?.open;
    const find = this.#faults.take(method, url);
    const right = await this.#ask(method, url, distort(incoming, find));
    await send(response, falsify(right, find), find, () => undefined);
  }

  async #ask(method: string, url: string, headers: IncomingMessage['headers']): Promise<Reply> {
    // The name by which it is asked stays: the registry's challenges and links are made of it.
    const passed = Object.entries(headers).filter(([name]) => name !== 'connection');
    const answer = await request(`http://${this.#upstream}${url}`, {
      method: method === 'HEAD' ? 'HEAD' : 'GET',
      headers: Object.fromEntries(passed) as Record<string, string>,
    });
    const body = Buffer.from(await answer.body.arrayBuffer());
    return { status: answer.statusCode, headers: answer.headers as Reply['headers'], body };
  }
}
