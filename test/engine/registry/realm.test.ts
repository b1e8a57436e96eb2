import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseRealm } from '../../../server/src/engine/registry/realm.ts';

const realmOf = (
  registry: string,
  realm: string,
  { named = {}, allowHttp = false }: { named?: Record<string, string[]>; allowHttp?: boolean } = {},
) => parseRealm({ registry, repository: 'team/app' }, realm, new Map(Object.entries(named)), allowHttp);

describe('the realm of a challenge', () => {
  const trusted: readonly [string, string, string][] = [
    ["the registry's own host", 'registry.example', 'https://registry.example/token'],
    ['another port of it', 'registry.example:5000', 'https://registry.example:5001/token'],
    ['loopback, of a registry on loopback', '127.0.0.1:5000', 'http://127.0.0.1:5001/token'],
    ["Docker Hub's", 'registry-1.docker.io', 'https://auth.docker.io/token'],
    ["GitLab's", 'registry.gitlab.com', 'https://gitlab.com/jwt/auth'],
  ];
  for (const [what, registry, realm] of trusted) {
    it(`may have credentials: ${what}`, () => {
      assert.equal(realmOf(registry, realm).takesCredentials, true);
    });
  }

  it('may have credentials where a person has named its host for this registry, and for no other', () => {
    const named = { 'registry.example': ['auth.example'] };
    assert.equal(realmOf('registry.example', 'https://auth.example/t', { named }).takesCredentials, true);
    assert.equal(realmOf('other.example', 'https://auth.example/t', { named }).takesCredentials, false);
    assert.equal(
      realmOf('registry.example', 'https://auth.example:444/t', { named }).takesCredentials,
      false,
    );
  });

  const strange: readonly [string, string, string][] = [
    ['another host', 'registry.example', 'https://auth.example/token'],
    ['a parent of the host', 'registry.example', 'https://example/token'],
    ['a child of the host', 'example', 'https://evil.example/token'],
    ["the token server of another registry's", 'registry.example', 'https://auth.docker.io/token'],
    [
      'a host that only looks like a known one',
      'registry-1.docker.io',
      'https://auth.docker.io.evil.example/',
    ],
  ];
  for (const [what, registry, realm] of strange) {
    it(`may be asked as anybody, but gets no credentials: ${what}`, () => {
      assert.equal(realmOf(registry, realm).takesCredentials, false);
    });
  }

  it('gets no credentials over plain http, not even where plain http is allowed', () => {
    const { takesCredentials } = realmOf('r.example', 'http://r.example/token', { allowHttp: true });
    assert.equal(takesCredentials, false);
  });

  const refused: readonly [string, string, string, RegExp][] = [
    ['plain http', 'r.example', 'http://r.example/token', /which is not https/],
    ['plain http on the way out of loopback', '127.0.0.1:5000', 'http://r.example/', /which is not https/],
    [
      'this machine, of a registry elsewhere',
      'r.example',
      'https://localhost/token',
      /which is this machine/,
    ],
    ['this machine by its address', 'r.example', 'https://[::1]:8443/token', /which is this machine/],
    ['this machine over plain http', 'r.example', 'http://127.0.0.1/token', /which is this machine/],
    ['another scheme', 'r.example', 'file:///etc/passwd', /which is not https/],
    [
      'credentials in it',
      'r.example',
      'https://user:secret@r.example/',
      /which carries credentials of its own/,
    ],
    ['no URL', 'r.example', 'auth', /which is no URL/],
    ['nothing', 'r.example', '', /which is no URL/],
  ];
  for (const [what, registry, realm, message] of refused) {
    it(`is not asked at all: ${what}`, () => {
      assert.throws(() => realmOf(registry, realm), { code: 'E_AUTH_REALM', message });
    });
  }
});
