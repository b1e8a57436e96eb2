import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Credential } from '../../../server/src/engine/auth/credential.ts';
import type { Repository } from '../../../server/src/engine/registry/endpoint.ts';
import { buildImage } from '../../helpers/images.ts';
import type { FetchedManifest } from '../../../server/src/engine/registry/registry-client.ts';
import { registryParts } from '../../helpers/registry-parts.ts';
import type { TestRegistryParts } from '../../helpers/registry-parts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import type { Registry } from '../../helpers/registry.ts';
import { startTokenServer } from '../../helpers/token-server.ts';
import type { TokenServer } from '../../helpers/token-server.ts';
import { withRegistry } from '../sources/fixture.ts';
import type { Fixture } from '../sources/fixture.ts';

const NEVER = new AbortController().signal;
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

describe('tokens for anybody', () => {
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
        message:
          /answered 401 Unauthorized; it does not exist, or needs credentials, and none were found for .*; sign in with: larder login 127/,
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
});

const CARLY = { kind: 'basic', username: 'carly', password: 'open sesame' } as const;

interface PrivateFixture extends Fixture {
  readonly get: () => Promise<FetchedManifest>;
  readonly parts: TestRegistryParts;
  /** The requests' Authorization headers and answers. */
  readonly seen: () => string[];
}

/** A registry that `guard` closes, and a credential for it. */
async function withPrivate(
  credential: Credential | undefined,
  guard: (registry: Registry) => void,
  body: (fixture: PrivateFixture) => Promise<void>,
): Promise<void> {
  const parts = registryParts();
  const find = parts.credentials.find.bind(parts.credentials);
  let host = '';
  const registries = {
    ...parts,
    credentials: {
      ...parts.credentials,
      find: async (repository: Repository, signal: AbortSignal | undefined) => {
        await find(repository, signal);
        return repository.registry === host && credential !== undefined
          ? { credential, origin: 'the test' }
          : undefined;
      },
    },
  };
  await withRegistry(
    async (fixture) => {
      const { registry, context } = fixture;
      host = registry.host;
      registry.push('team/app', '1', await buildImage({ layers: [] }));
      guard(registry);
      await body({
        ...fixture,
        parts,
        get: () => context.registry.getManifest({ registry: host, repository: 'team/app' }, '1', NEVER),
        seen: () =>
          registry.requests.map(({ headers, status }) => `${headers.authorization ?? 'nobody'} → ${status}`),
      });
    },
    { registries },
  );
}

const password = (registry: Registry): void => registry.requirePassword(CARLY.username, CARLY.password);
const BASIC = `Basic ${Buffer.from('carly:open sesame').toString('base64')}`;

describe('a registry that asks for a password', () => {
  it('is given it after it has asked, and unasked from then on', () =>
    withPrivate(CARLY, password, async ({ get, seen, parts, registry }) => {
      await get();
      await get();
      assert.deepEqual(seen(), ['nobody → 401', `${BASIC} → 200`, `${BASIC} → 200`]);
      assert.deepEqual(parts.lookups, [registry.host]);
    }));

  it('gets nothing where there is nothing', () =>
    withPrivate(undefined, password, async ({ get, seen, registry }) => {
      await assert.rejects(get(), {
        code: 'E_AUTH_REQUIRED',
        subject: registry.host,
        message: /none were found for 127.*; sign in with: larder login 127/,
      });
      assert.deepEqual(seen(), ['nobody → 401']);
    }));

  it('that refuses it is not asked again, and the credential is forgotten', () =>
    withPrivate({ ...CARLY, password: 'wrong' }, password, async ({ get, parts, registry }) => {
      await assert.rejects(get(), { code: 'E_AUTH_REFUSED', subject: registry.host });
      assert.equal(registry.requests.length, 2);
      await assert.rejects(get(), {
        code: 'E_AUTH_REFUSED',
        message: /refuses the credentials of carly from the test; sign in again with: larder login 127/,
      });
      assert.ok(parts.lookups.includes(`forget ${registry.host}`));
    }));

  it('gets no token in its place', () =>
    withPrivate({ kind: 'identity-token', token: 'secret' }, password, async ({ get, seen }) => {
      await assert.rejects(get(), { code: 'E_CREDENTIALS', message: /the test has only a token/ });
      assert.deepEqual(seen(), ['nobody → 401']);
    }));
});

describe('a registry that asks for a token', () => {
  const withTokenServer = async (
    credential: Credential | undefined,
    body: (fixture: PrivateFixture & { server: TokenServer }) => Promise<void>,
  ): Promise<void> => {
    await using server = await startTokenServer();
    const guard = (registry: Registry): void =>
      registry.requireTokenOf(`${server.url}/token`, (token) => token.startsWith('token-'));
    await withPrivate(credential, guard, (fixture) => body({ ...fixture, server }));
  };

  it('gets one for the credential, which the registry itself never sees', () =>
    withTokenServer(CARLY, async ({ get, seen, server }) => {
      server.isWelcome = ({ authorization }) => authorization === BASIC;
      await Promise.all([get(), get()]);
      assert.equal(server.requests.length, 1);
      assert.ok(seen().every((line) => !line.includes('Basic')));
    }));

  it('gets one for an identity token', () =>
    withTokenServer({ kind: 'identity-token', token: 'refresh-me' }, async ({ get, server }) => {
      await get();
      assert.equal(server.requests[0].form['refresh_token'], 'refresh-me');
    }));

  it('gets the token that is there for it, and no server is asked', () =>
    withTokenServer({ kind: 'registry-token', token: 'token-0' }, async ({ get, seen, server }) => {
      await get();
      assert.deepEqual(seen(), ['nobody → 401', 'Bearer token-0 → 200']);
      assert.equal(server.requests.length, 0);
    }));

  it('says who was refused', () =>
    withTokenServer(CARLY, async ({ get, parts, registry, server }) => {
      server.isWelcome = () => false;
      await assert.rejects(get(), {
        code: 'E_AUTH_REFUSED',
        message: /refuses the credentials of carly from the test/,
      });
      assert.ok(parts.lookups.includes(`forget ${registry.host}`));
    }));

  it('says that somebody known may not have it', () =>
    withTokenServer(CARLY, async ({ get, registry }) => {
      registry.misbehave('manifests/1', { kind: 'status', status: 403 });
      await assert.rejects(get(), { code: 'E_AUTH_REQUIRED' });
      registry.behave();
      await get();
      registry.misbehave('manifests/1', { kind: 'status', status: 403 });
      await assert.rejects(get(), {
        code: 'E_AUTH_REFUSED',
        message:
          /answered 403 Forbidden; it does not exist, or the credentials of carly from the test do not allow it/,
      });
    }));

  it('from a server that is not known to be its own gets one as anybody, and no credential is looked up', () =>
    withTokenServer(CARLY, async ({ get, parts, registry, server }) => {
      const realm = server.url.replace('127.0.0.1', 'localhost');
      registry.requireTokenOf(`${realm}/token`, (token) => token.startsWith('token-'));
      await get();
      assert.equal(server.requests[0].authorization, undefined);
      assert.deepEqual(parts.lookups, []);
    }));

  it('says how such a server is made known, where anybody is not enough', () =>
    withTokenServer(CARLY, async ({ get, registry, server }) => {
      server.isWelcome = () => false;
      const realm = server.url.replace('127.0.0.1', 'localhost');
      registry.requireTokenOf(`${realm}/token`, () => false);
      await assert.rejects(get(), {
        code: 'E_AUTH_REALM',
        message: /is not known to be its token server.*larder\.registry\.tokenServers.*--token-server/,
      });
    }));
});
