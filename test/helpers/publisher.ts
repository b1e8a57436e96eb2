/**
 * Somebody who publishes signed ACIs and the key at `https://registry.example`, as seen through an HTTP proxy on loopback: so a whole process
 * finds images and keys by their names, over TLS, without a network.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { signDetached } from '../engine/trust/keys.ts';
import type { KeyPair } from '../engine/trust/keys.ts';
import type { TestAci } from './aci.ts';
import { CERTIFICATE, KEY } from './loopback-tls.ts';
import { startOrigin } from './origin.ts';
import type { Origin } from './origin.ts';

/** The host of every name here: the one that {@link CERTIFICATE} is for. */
const HOST = 'registry.example';

export interface Publisher {
  /** Of the HTTP proxy that leads to it. */
  readonly proxyUrl: string;
  readonly origin: Origin;
  /** `registry.example/app` */
  name(path: string): string;
  /**
   * Signs an image and publishes it where discovery finds it.
   * @param headers of the image, for its freshness
   */
  publish(path: string, aci: TestAci, headers?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
}

export async function startPublisher(key: KeyPair): Promise<Publisher> {
  await using cleanup = new AsyncDisposableStack();
  const origin = cleanup.adopt(await startOrigin(), (it) => it.close());
  const proxy = cleanup.adopt(await startProxyTo(origin), (it) => it.close());
  const url = `https://${HOST}`;
  const page = [
    `<meta name="ac-discovery" content="${HOST} https://{name}-{os}-{arch}.{ext}">`,
    `<meta name="ac-discovery-pubkeys" content="${HOST} ${url}/keys.asc">`,
  ].join('\n');
  // The one page of all names: discovery looks at the pages of parents, too.
  origin.serve('/?ac-discovery=1', { body: page });
  origin.serve('/keys.asc', { body: key.publicKey.armor() });
  const owned = cleanup.move();
  return {
    proxyUrl: proxy.url,
    origin,
    name: (path) => `${HOST}/${path}`,
    async publish(path, { gzip }, headers = {}) {
      origin.serve(`/${path}-linux-amd64.aci`, { body: gzip, headers });
      const signature = await signDetached(gzip, [key]);
      origin.serve(`/${path}-linux-amd64.aci.asc`, { body: Buffer.from(signature) });
    },
    close: () => owned.disposeAsync(),
  };
}

/** An HTTP proxy that leads every tunnel (RFC 9110 §9.3.6) to an origin, for which it speaks TLS. */
async function startProxyTo(origin: Origin): Promise<{ readonly url: string; close(): Promise<void> }> {
  const sockets = new Set<Duplex>();
  const server = createServer((_, response) => response.writeHead(502).end());
  server.on('connect', (_, socket) => {
    sockets.add(socket);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    const inner = new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE });
    const there = connect(origin.port, '127.0.0.1');
    // Whichever side ends, the other one does; a client that goes away is nobody's failure.
    pipeline(inner, there, inner, () => {
      sockets.delete(socket);
      socket.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
