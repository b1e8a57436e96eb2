import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readBody } from '../../../server/src/engine/http/body.ts';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import type { HttpOptions } from '../../../server/src/engine/http/http-client.ts';
import type { HttpRequest } from '../../../server/src/engine/http/message.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { startRegistry } from '../../helpers/registry.ts';
import type { Registry } from '../../helpers/registry.ts';

interface Fixture {
  readonly server: Registry;
  /** Sends a GET and reads the body. */
  readonly get: (path: string, more?: Partial<HttpRequest>) => Promise<string>;
}

async function withServer(
  body: (fixture: Fixture) => Promise<void>,
  options?: Partial<HttpOptions>,
): Promise<void> {
  const server = await startRegistry();
  const host = networkHost();
  const client = new HttpClient(host, { headersTimeout: 5000, stallTimeout: 5000, ...options });
  const get: Fixture['get'] = async (path, more = {}) => {
    const url = new URL(path, `http://${server.host}`);
    const request: HttpRequest = {
      method: 'GET',
      url,
      doing: 'get it',
      expect: [200],
      redirects: 'follow',
      ...more,
    };
    const response = await client.send(request);
    return String(await readBody(response.body, 1000, { ...request, url: response.url }));
  };
  try {
    await body({ server, get });
  } finally {
    await host.close();
    await server.close();
  }
}

const text = (body: string, status = 200) => ({ kind: 'status', status, body }) as const;
const redirect = (to: string) => ({ kind: 'redirect', to }) as const;

describe('an HTTP client', () => {
  it('says who it is, and wants bytes as they are', () =>
    withServer(async ({ server, get }) => {
      server.misbehave('/a', text('hello'));
      assert.equal(await get('/a'), 'hello');
      const { headers } = server.requests[0] ?? assert.fail();
      assert.equal(headers['user-agent'], 'larder');
      assert.equal(headers['accept-encoding'], 'identity');
    }));

  it('follows redirects to other paths with all headers', () =>
    withServer(async ({ server, get }) => {
      server.misbehave('/a', redirect('/b'));
      server.misbehave('/b', text('there'));
      assert.equal(await get('/a', { headers: { authorization: 'Bearer x', range: 'bytes=1-' } }), 'there');
      assert.deepEqual(
        server.requests.map(({ path, range, headers }) => [path, range, headers.authorization]),
        [
          ['/a', 'bytes=1-', 'Bearer x'],
          ['/b', 'bytes=1-', 'Bearer x'],
        ],
      );
    }));

  it('leaves the credentials behind when the origin changes, and does not take them up again', () =>
    withServer(async ({ server, get }) => {
      const [, port = ''] = server.host.split(':');
      server.misbehave('/a', redirect(`http://localhost:${port}/b`));
      server.misbehave('/b', redirect(`http://${server.host}/c`));
      server.misbehave('/c', text('there'));
      await get('/a', { headers: { Authorization: 'Bearer x', range: 'bytes=1-' } });
      assert.deepEqual(
        server.requests.map(({ headers }) => headers.authorization),
        ['Bearer x', undefined, undefined],
      );
      assert.equal(server.requests[2]?.range, 'bytes=1-');
    }));

  it('follows ten redirects and no more', () =>
    withServer(async ({ server, get }) => {
      for (let at = 0; at < 11; at++) server.misbehave(`/at-${at}`, redirect(`/at-${at + 1}`));
      server.misbehave('/at-11', text('there'));
      assert.equal(await get('/at-1'), 'there');
      server.clearRequests();
      await assert.rejects(get('/at-0'), { code: 'E_PROTOCOL', message: /redirects more than 10 times/ });
      assert.equal(server.requests.length, 11);
    }));

  it('takes a redirect for an error where none may be followed', () =>
    withServer(async ({ server, get }) => {
      server.misbehave('/a', redirect('/b'));
      await assert.rejects(get('/a', { redirects: 'refuse' }), {
        code: 'E_HTTP',
        message: /307 Temporary Redirect/,
      });
      assert.equal(server.requests.length, 1);
    }));

  it('tells of an answer that was not hoped for', () =>
    withServer(async ({ server, get }) => {
      server.misbehave('/a', text('<html>nginx</html>', 418));
      await assert.rejects(get('/a'), {
        code: 'E_HTTP',
        message: `Larder could not get it: ${server.host} answered 418 I'm a Teapot; try again later.`,
      });
    }));

  it('does not read an endless error', () =>
    withServer(async ({ server, get }) => {
      server.misbehave('/a', text('x'.repeat((1 << 20) + 1), 500));
      await assert.rejects(get('/a'), { code: 'E_HTTP', message: /answered 500 Internal Server Error; try/ });
    }));

  it('reads a body up to its limit', () =>
    withServer(async ({ server, get }) => {
      server.misbehave('/a', text('x'.repeat(1000)));
      server.misbehave('/b', text('x'.repeat(1001)));
      assert.equal((await get('/a')).length, 1000);
      await assert.rejects(get('/b'), { code: 'E_TOO_LARGE', message: /more than 1000 bytes/ });
    }));

  it('can be cancelled', () =>
    withServer(async ({ server, get }) => {
      server.misbehave('/a', { kind: 'hang' });
      const signal = AbortSignal.timeout(20);
      await assert.rejects(get('/a', { signal }), { code: 'E_CANCELLED' });
    }));

  it('does not speak TLS to a server that does not', () =>
    withServer(async ({ server, get }) => {
      await assert.rejects(get(`https://${server.host}/`), {
        code: 'E_TLS',
        message: /does not speak TLS \(ERR_SSL_/,
      });
    }));

  it('says that nobody listens', () =>
    withServer(async ({ server, get }) => {
      await server.close();
      await assert.rejects(get('/'), {
        code: 'E_OFFLINE',
        message: `Larder could not get it: ${server.host} refused the connection (ECONNREFUSED); check the port, and that the server is running.`,
      });
    }));
});

// At once: undici's timers are no finer than a second, and each test waits for one.
describe('an HTTP client that waits', { concurrency: true }, () => {
  for (const fault of [{ kind: 'hang' } as const, { kind: 'stall', after: 1 } as const]) {
    it(`gives up on a server that answers nothing: ${fault.kind}`, () =>
      withServer(
        async ({ server, get }) => {
          server.misbehave('/v2/', fault);
          await assert.rejects(get('/v2/'), {
            code: 'E_TIMEOUT',
            message: new RegExp(`${server.host} did not answer in time \\(UND_ERR_\\w+_TIMEOUT\\)`),
          });
        },
        { headersTimeout: 50, stallTimeout: 50 },
      ));
  }
});
