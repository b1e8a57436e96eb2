import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import type { Dispatcher } from 'undici';
import { loginHost } from '../../server/src/cli/login-host.ts';
import type { Terminal } from '../../server/src/cli/terminal.ts';
import { openKeystore } from '../../server/src/cli/trust-keystore.ts';
import type { Log } from '../../server/src/engine/host.ts';
import { createHost } from '../../server/src/host.ts';
import { CERTIFICATE, startTlsServer } from '../helpers/loopback-tls.ts';
import { NOW } from '../helpers/records.ts';
import { fakeTerminal } from './fake-terminal.ts';

/** A log that keeps its warnings. */
function keptLog(): Log & { warnings: string[] } {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  return { warnings, debug: ignore, info: ignore, warn: (text) => warnings.push(text), error: ignore };
}

const snapshot = { proxy: null, noProxy: [], strictSSL: true, certificates: [] };

describe('the host of a command', () => {
  for (const [what, hostOf] of Object.entries({
    login: loginHost,
    trust: async (terminal: Terminal) => (await openKeystore(terminal)).host,
  })) {
    it(`has the clock of the terminal, and a way to the network only when it is used: ${what}`, async () => {
      const host = await hostOf(fakeTerminal());
      assert.equal(host.clock.now(), NOW);
      const way = Object.getOwnPropertyDescriptor(host, 'net') ?? {};
      assert.ok('get' in way, 'to make one takes a tenth of a second');
    });
  }
});

describe('createHost', () => {
  /** Answers "direct" itself, and remembers what it was asked as a proxy. */
  let server: Server;
  let origin = '';
  const tunnels: string[] = [];
  const authorizations: (string | undefined)[] = [];

  before(async () => {
    server = createServer((_, response) => response.end('direct'));
    server.on('connect', (incoming, socket) => {
      tunnels.push(incoming.url ?? '');
      authorizations.push(incoming.headers['proxy-authorization']);
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  const throughProxy = async (options: Omit<Parameters<typeof createHost>[0], 'log'>): Promise<boolean> => {
    tunnels.length = 0;
    authorizations.length = 0;
    const { net } = createHost({ log: keptLog(), ...options });
    await assert.rejects(request('https://127.0.0.2:1/v2/', { dispatcher: net }));
    await net.close();
    return tunnels.includes('127.0.0.2:1');
  };

  it('goes through the proxy of the environment', async () => {
    assert.ok(await throughProxy({ env: { HTTPS_PROXY: origin } }));
    assert.ok(await throughProxy({ env: { https_proxy: origin } }));
  });

  it("prefers the editor's proxy to the environment's", async () => {
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    assert.ok(await throughProxy({ env, network: { ...snapshot, proxy: origin } }));
  });

  it('goes around the proxy where NO_PROXY or the editor says so', async () => {
    const env = { HTTPS_PROXY: origin };
    assert.ok(!(await throughProxy({ env: { ...env, NO_PROXY: 'other.example, 127.0.0.2' } })));
    assert.ok(!(await throughProxy({ env: { ...env, no_proxy: '*' } })));
    assert.ok(!(await throughProxy({ env, network: { ...snapshot, noProxy: ['127.0.0.2'] } })));
  });

  it('never asks a proxy for loopback', async () => {
    const { net } = createHost({ log: keptLog(), env: { HTTP_PROXY: 'http://127.0.0.1:1' } });
    const { body } = await request(origin, { dispatcher: net });
    assert.equal(await body.text(), 'direct');
    await net.close();
  });

  it("refuses a proxy's address that is no URL, without repeating it", () => {
    for (const proxy of ['me:s3cret@proxy', 'socks5://me:s3cret@proxy', 'http://me:s3cret@[']) {
      assert.throws(
        () => createHost({ log: keptLog(), env: { HTTP_PROXY: proxy } }),
        ({ name, message }: Error) => name === 'LarderError' && !message.includes('s3cret'),
      );
    }
  });

  it("sends the editor's authorization to the proxy, and to nobody else", async () => {
    const network = { ...snapshot, proxy: origin, proxyAuthorization: 'Basic YTpi' };
    assert.ok(await throughProxy({ env: {}, network }));
    assert.deepEqual(authorizations, ['Basic YTpi']);
  });

  it("sends the user name and password of the proxy's address to it", async () => {
    const proxy = origin.replace('//', '//carly:s3cret@');
    assert.ok(await throughProxy({ env: { HTTPS_PROXY: proxy } }));
    assert.deepEqual(authorizations, [`Basic ${Buffer.from('carly:s3cret').toString('base64')}`]);
  });

  it('trusts more authorities where they are given, and one host its own', async () => {
    await using server = await startTlsServer((_, response) => response.end('hello'));
    const url = `https://localhost:${server.port}/`;
    const get = async (dispatcher: Dispatcher): Promise<string> => {
      const { body } = await request(url, { dispatcher });
      const text = await body.text();
      await dispatcher.close();
      return text;
    };
    const identity = { ca: [CERTIFICATE], client: null, verify: true };
    const known = createHost({ log: keptLog(), env: {}, certificates: [CERTIFICATE] });
    const unknown = createHost({ log: keptLog(), env: {} });
    assert.equal(await get(known.net), 'hello');
    assert.equal(await get(unknown.netFor(identity)), 'hello');
    assert.equal(await get(unknown.netFor({ ...identity, ca: [], verify: false })), 'hello');
    await assert.rejects(request(url, { dispatcher: unknown.net }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await unknown.net.close();
  });

  it('says so when certificates are not verified', async () => {
    const log = keptLog();
    await createHost({ log, env: {}, network: { ...snapshot, strictSSL: false } }).net.close();
    assert.match(log.warnings.join(), /not verified/);
  });

  it("sleeps until the signal aborts, and throws the signal's reason", async () => {
    const { clock, net } = createHost({ log: keptLog(), env: {} });
    await net.close();
    await clock.sleep(1);
    const reason = new Error('enough');
    const abort = new AbortController();
    const sleeping = clock.sleep(3_600_000, abort.signal);
    abort.abort(reason);
    await assert.rejects(sleeping, reason);
    await assert.rejects(clock.sleep(3_600_000, abort.signal), reason);
  });
});
