import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { requestToken } from '../../../server/src/engine/registry/token-request.ts';
import type { Token, TokenWish } from '../../../server/src/engine/registry/token-request.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { startTokenServer } from '../../helpers/token-server.ts';
import type { TokenServer } from '../../helpers/token-server.ts';

const NOW = 1_000_000;
const CARLY = { kind: 'basic', username: 'carly', password: 'pass:word' } as const;

type Credential = Parameters<typeof requestToken>[2];

/** Asks a server for a token. */
async function withServer(
  body: (
    server: TokenServer,
    ask: (credential?: Credential, path?: string) => Promise<Token | 'refused'>,
  ) => Promise<void>,
): Promise<void> {
  const host = networkHost();
  await using server = await startTokenServer();
  const ask = (credential: Credential, path = '/token'): Promise<Token | 'refused'> => {
    const wish: TokenWish = {
      url: new URL(path, server.url),
      service: 'a&b',
      scope: 'repository:team/app:pull',
      doing: 'get a token',
    };
    return requestToken(new HttpClient(host), wish, credential, NOW);
  };
  try {
    await body(server, ask);
  } finally {
    await host.close();
  }
}

describe('a token', () => {
  it('is asked for as anybody', () =>
    withServer(async (server, ask) => {
      assert.deepEqual(await ask(), { value: 'token-1', expiresAt: NOW + 60_000 });
      const [{ method, query, authorization }] = server.requests;
      assert.deepEqual(
        [method, query, authorization],
        ['GET', { service: 'a&b', scope: 'repository:team/app:pull' }, undefined],
      );
    }));

  it('is asked for with what the realm has in its query already', () =>
    withServer(async (server, ask) => {
      await ask(undefined, '/token?tenant=1');
      assert.equal(server.requests[0].query['tenant'], '1');
    }));

  it('is asked for with a user name and a password', () =>
    withServer(async (server, ask) => {
      await ask(CARLY);
      const [{ query, authorization }] = server.requests;
      assert.equal(query['account'], 'carly');
      assert.equal(authorization, `Basic ${Buffer.from('carly:pass:word').toString('base64')}`);
    }));

  it('is exchanged for an identity token, which stands in the body and nowhere else', () =>
    withServer(async (server, ask) => {
      assert.notEqual(await ask({ kind: 'identity-token', token: 'refresh-me' }), 'refused');
      const [{ method, query, form, authorization }] = server.requests;
      assert.deepEqual([method, query, authorization], ['POST', {}, undefined]);
      assert.deepEqual(form, {
        grant_type: 'refresh_token',
        client_id: 'larder',
        service: 'a&b',
        scope: 'repository:team/app:pull',
        refresh_token: 'refresh-me',
      });
    }));

  it('lives as long as its server says, and a minute at least', () =>
    withServer(async (server, ask) => {
      for (const [says, lives] of [
        [300, 300_000],
        [5, 60_000],
        ['300', 60_000],
      ] as const) {
        server.answer(200, { access_token: 'x', expires_in: says });
        assert.deepEqual(await ask(), { value: 'x', expiresAt: NOW + lives });
      }
    }));

  it('is refused in one word, whoever asked', () =>
    withServer(async (server, ask) => {
      for (const status of [401, 403]) {
        server.answer(status, {});
        assert.equal(await ask(), 'refused');
        assert.equal(await ask(CARLY), 'refused');
      }
      server.answer(400, { error: 'invalid_grant' });
      assert.equal(await ask({ kind: 'identity-token', token: 'old' }), 'refused');
      await assert.rejects(ask(), { code: 'E_HTTP', message: /answered 400 Bad Request \(invalid_grant\)/ });
    }));

  it('that could end a header, or is none, is not taken', () =>
    withServer(async (server, ask) => {
      for (const answer of [{ token: 'a\r\nx: y' }, { token: '' }, { token: 7 }, {}, [], 'token', null]) {
        server.answer(200, answer);
        await assert.rejects(ask(CARLY), { code: 'E_PROTOCOL', message: /answered without one/ });
      }
    }));

  it('is not looked for where the server redirects', () =>
    withServer(async (server, ask) => {
      server.answer(307, {}, { location: `${server.url}/elsewhere` });
      await assert.rejects(ask(CARLY), { code: 'E_HTTP', message: /answered 307/ });
      assert.equal(server.requests.length, 1);
    }));

  it('is not waited for without end, nor read without end', () =>
    withServer(async (server, ask) => {
      server.answer(200, { token: 'x'.repeat(2 << 20) });
      await assert.rejects(ask(), { code: 'E_TOO_LARGE' });
    }));
});
