import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MockAgent } from 'undici';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { AnonymousTokens } from '../../../server/src/engine/registry/anonymous-tokens.ts';
import { buildImage } from '../../helpers/images.ts';
import type { FetchedManifest } from '../../../server/src/engine/registry/registry-client.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { startRegistry } from '../../helpers/registry.ts';
import { withRegistry } from '../sources/fixture.ts';
import type { Fixture } from '../sources/fixture.ts';

const NEVER = new AbortController().signal;
const ELSEWHERE = { registry: 'registry.example', repository: 'team/app' };
const MANIFEST = '/v2/team/app/manifests/1';

interface TokenFixture extends Fixture {
  readonly get: () => Promise<FetchedManifest>;
  /** The requests, the token's without its query. */
  readonly lines: () => string[];
}

/** A registry that wants a token, of which the challenge is as given. */
function withTokens(body: (fixture: TokenFixture) => Promise<void>, challenge?: string): Promise<void> {
  return withRegistry(async (fixture) => {
    const { registry, context } = fixture;
    registry.push('team/app', '1', await buildImage({ layers: [] }));
    registry.requireToken();
    if (challenge !== undefined) {
      const headers = { 'www-authenticate': challenge.replace('HOST', registry.host) };
      registry.misbehave(MANIFEST, { kind: 'status', status: 401, headers });
    }
    const repository = { registry: registry.host, repository: 'team/app' };
    await body({
      ...fixture,
      get: () => context.registry.getManifest(repository, '1', NEVER),
      lines: () => registry.requestLines.map((line) => line.replace(/\?\S*/, '')),
    });
  });
}

describe('anonymous tokens', () => {
  it('are fetched when the registry asks for one, and used from then on', () =>
    withTokens(async ({ get, lines, registry }) => {
      await get();
      await get();
      assert.deepEqual(lines(), [
        `GET ${MANIFEST} → 401`,
        'GET /token → 200',
        `GET ${MANIFEST} → 200`,
        `GET ${MANIFEST} → 200`,
      ]);
      const { searchParams } = new URL(registry.requests[1]?.path ?? '', 'http://registry');
      assert.deepEqual(Object.fromEntries(searchParams), {
        service: 'registry',
        scope: 'repository:team/app:pull',
      });
      assert.equal(registry.requests[1]?.headers.authorization, undefined);
    }));

  it('are fetched once however many requests need one', () =>
    withTokens(async ({ get, lines }) => {
      await Promise.all([get(), get(), get()]);
      assert.equal(lines().filter((line) => line.startsWith('GET /token')).length, 1);
    }));

  it('are fetched again when they are too old', () =>
    withTokens(async ({ get, lines, host }) => {
      await get();
      await host.clock.sleep(60_000);
      await get();
      assert.equal(lines().filter((line) => line.startsWith('GET /token')).length, 2);
    }));

  it('are fetched again when the registry no longer takes them', () =>
    withTokens(async ({ get, lines, registry }) => {
      await get();
      registry.requireToken('the-next-one');
      registry.clearRequests();
      await get();
      assert.deepEqual(lines(), [`GET ${MANIFEST} → 401`, 'GET /token → 200', `GET ${MANIFEST} → 200`]);
    }));

  it('do not help where they are not enough', () =>
    withTokens(async ({ get, lines }) => {
      await assert.rejects(get(), {
        code: 'E_AUTH_REQUIRED',
        message: /answered 401 Unauthorized; it does not exist or needs credentials/,
      });
      assert.deepEqual(lines(), [`GET ${MANIFEST} → 401`, 'GET /token → 200', `GET ${MANIFEST} → 401`]);
    }, 'Bearer realm="http://HOST/token"'));

  it('are not fetched where a password is asked for', () =>
    withTokens(async ({ get, lines }) => {
      await assert.rejects(get(), { code: 'E_AUTH_REQUIRED' });
      assert.deepEqual(lines(), [`GET ${MANIFEST} → 401`]);
    }, 'Basic realm="http://HOST/token"'));

  const realms: readonly [string, string, RegExp][] = [
    ['plain http elsewhere', 'http://auth.example/token', /which is not https/],
    ['another scheme', 'file:///etc/passwd', /which is not https/],
    ['credentials', 'http://user:secret@127.0.0.1/token', /which carries credentials of its own/],
    ['no URL', 'auth', /which is no URL/],
    ['nothing', '', /which is no URL/],
  ];
  for (const [what, realm, message] of realms) {
    it(`are not fetched from a realm with ${what}`, () =>
      withTokens(async ({ get, lines }) => {
        await assert.rejects(get(), { code: 'E_AUTH_REALM', message });
        assert.deepEqual(lines(), [`GET ${MANIFEST} → 401`]);
      }, `Bearer realm="${realm}"`));
  }

  it('are not fetched by way of a redirect', async () => {
    const other = await startRegistry();
    try {
      await withTokens(async ({ get, registry }) => {
        const to = `http://${other.host}/token`;
        registry.misbehave('/token?service=registry&scope=repository%3Ateam%2Fapp%3Apull', {
          kind: 'redirect',
          to,
        });
        await assert.rejects(get(), { code: 'E_HTTP', message: /get a token .* answered 307/ });
        assert.deepEqual(other.requests, []);
      });
    } finally {
      await other.close();
    }
  });

  it('that could end a header are refused', () =>
    withTokens(async ({ get, registry }) => {
      registry.requireToken('a\r\nx: y');
      await assert.rejects(get(), { code: 'E_PROTOCOL' });
    }));

  it('are never sent to where the registry redirects', async () => {
    const other = await startRegistry();
    try {
      await withTokens(async ({ get, registry }) => {
        await get();
        const to = `http://${other.host}/v2/team/app/manifests/1`;
        registry.misbehave(MANIFEST, { kind: 'redirect', to });
        await assert.rejects(get(), { code: 'E_NOT_FOUND' });
        assert.match(registry.requests.at(-1)?.headers.authorization ?? '', /^Bearer /);
        assert.deepEqual(
          other.requests.map(({ headers }) => headers.authorization),
          [undefined],
        );
      });
    } finally {
      await other.close();
    }
  });

  for (const realm of ['http://127.0.0.1/token', 'https://localhost/token', 'https://[::1]:8443/token']) {
    it(`of a registry elsewhere are not fetched from this machine: ${realm}`, async () => {
      const tokens = new AnonymousTokens(networkHost(), new HttpClient(networkHost()));
      const challenge = { scheme: 'bearer', parameters: new Map([['realm', realm]]) };
      await assert.rejects(tokens.fetch(ELSEWHERE, challenge, undefined), {
        code: 'E_AUTH_REALM',
        message: /which is this machine/,
      });
    });
  }

  it('are asked for with what the realm has in its query already', async () => {
    const net = new MockAgent();
    net.disableNetConnect();
    const path = '/token?account=a&service=s%26t&scope=repository%3Ateam%2Fapp%3Apull';
    net.get('https://auth.example').intercept({ path }).reply(200, '{"access_token":"abc"}');
    const host = { ...networkHost(), net };
    const parameters = new Map([
      ['realm', 'https://auth.example/token?account=a'],
      ['service', 's&t'],
    ]);
    const tokens = new AnonymousTokens(host, new HttpClient(host));
    assert.equal(await tokens.fetch(ELSEWHERE, { scheme: 'bearer', parameters }, undefined), 'abc');
  });
});
