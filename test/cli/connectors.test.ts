import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { EnvHttpProxyAgent, request } from 'undici';
import type { buildConnector } from 'undici';
import { connectionsTo, connectionsToProxy } from '../../server/src/connectors.ts';

/** A port at which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe('connectionsToProxy', () => {
  it("tells the proxy's failures from those of what is behind it", async () => {
    const proxy = `http://127.0.0.1:${await closedPort()}`;
    const options = { factory: connectionsTo, clientFactory: connectionsToProxy, noProxy: '127.0.0.1' };
    const dispatcher = new EnvHttpProxyAgent({ ...options, httpProxy: proxy, httpsProxy: proxy });
    for (const url of ['https://registry.example/', 'http://registry.example/']) {
      await assert.rejects(request(url, { dispatcher }), { code: 'PROXY_ECONNREFUSED' });
    }
    const direct = `http://127.0.0.1:${await closedPort()}`;
    await assert.rejects(request(direct, { dispatcher }), { code: 'ECONNREFUSED' });
    await dispatcher.close();
  });
});

describe('connectionsTo', () => {
  it('hears an alert that comes after the handshake, before the other side closes', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const alert = Object.assign(new Error('alert'), { code: 'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE' });
    const connector: buildConnector.connector = (_, done) => {
      const socket = connect(port, '127.0.0.1', () => {
        done(null, socket);
        // As a TLSSocket does: the error first, and then the end, without being destroyed.
        setImmediate(() => {
          socket.emit('error', alert);
          socket.push(null);
        });
      });
    };
    const dispatcher = connectionsTo('http://registry.example', { connect: connector });
    await assert.rejects(request('http://registry.example/', { dispatcher }), alert);
    await dispatcher.close();
    server.close();
  });
});
