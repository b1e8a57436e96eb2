/** An HTTP proxy that makes tunnels (RFC 9110, 9.3.6) to one name, which nobody else can find. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import type { Duplex } from 'node:stream';
import { NAME } from './authority.ts';

export interface AskedTunnel {
  /** `registry.example:5000` */
  readonly to: string;
  readonly authorization: string | undefined;
}

export class ConnectProxy {
  readonly tunnels: AskedTunnel[] = [];
  /** Answers this instead of making a tunnel. */
  refuse: number | undefined;
  /** `USER:PASSWORD` that it wants; undefined: it asks nobody. */
  login: string | undefined;
  readonly #sockets = new Set<Duplex>();
  // Nothing but tunnels: who asks it for a page has mistaken it.
  readonly #server = createServer((_, response) => response.writeHead(400).end());

  static async start(): Promise<ConnectProxy> {
    const proxy = new ConnectProxy();
    proxy.#server.on('connect', (request, socket) => proxy.#connect(request, socket));
    proxy.#server.listen(0, '127.0.0.1');
    await once(proxy.#server, 'listening');
    return proxy;
  }

  /** `127.0.0.1:PORT` */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  reset(): void {
    this.tunnels.length = 0;
    this.refuse = undefined;
    this.login = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #connect({ url: to = '', headers }: IncomingMessage, socket: Duplex): void {
    const authorization = headers['proxy-authorization'];
    this.tunnels.push({ to, authorization });
    const [name, port] = to.split(':');
    const answer = this.refuse ?? this.#denial(authorization) ?? (name === NAME ? undefined : 502);
    if (answer !== undefined) {
      socket.end(`HTTP/1.1 ${answer} No\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    this.#sockets.add(socket);
    const there = connect(Number(port), '127.0.0.1');
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    // Whichever side ends, the other one does; a client that goes away is nobody's failure.
    pipeline(socket, there, socket, () => this.#sockets.delete(socket));
  }

  #denial(authorization: string | undefined): number | undefined {
    if (this.login === undefined) return undefined;
    return authorization === `Basic ${Buffer.from(this.login).toString('base64')}` ? undefined : 407;
  }
}
