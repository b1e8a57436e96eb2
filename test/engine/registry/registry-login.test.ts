import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Credential } from '../../../server/src/engine/auth/credential.ts';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { checkCredential } from '../../../server/src/engine/registry/registry-login.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { registryParts } from '../../helpers/registry-parts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import type { Registry } from '../../helpers/registry.ts';
import { startTokenServer } from '../../helpers/token-server.ts';

const CARLY = { kind: 'basic', username: 'carly', password: 'open sesame' } as const;
const NEVER = new AbortController().signal;

async function withRegistry(
  body: (registry: Registry, signIn: (credential: Credential) => Promise<void>) => Promise<void>,
): Promise<void> {
  const host = networkHost();
  const registry = await startRegistry();
  const signIn = (credential: Credential): Promise<void> => {
    const given = { registry: registry.host, credential, origin: 'what was typed' };
    return checkCredential(host, new HttpClient(host), registryParts(), given, NEVER);
  };
  try {
    await body(registry, signIn);
  } finally {
    await registry.close();
    await host.close();
  }
}

describe('signing in to a registry', () => {
  it('succeeds where it takes the password', () =>
    withRegistry(async (registry, signIn) => {
      registry.requirePassword(CARLY.username, CARLY.password);
      await signIn(CARLY);
      assert.deepEqual(registry.requestLines, ['GET /v2/ → 401', 'GET /v2/ → 200']);
    }));

  it('fails where it does not, and says who was refused', () =>
    withRegistry(async (registry, signIn) => {
      registry.requirePassword(CARLY.username, 'another');
      await assert.rejects(signIn(CARLY), {
        code: 'E_AUTH_REFUSED',
        subject: registry.host,
        message: /refuses the credentials of carly from what was typed/,
      });
    }));

  it('asks its token server, for no repository', () =>
    withRegistry(async (registry, signIn) => {
      await using server = await startTokenServer();
      server.isWelcome = ({ authorization }) => authorization !== undefined;
      registry.requireTokenOf(`${server.url}/token`, (token) => token.startsWith('token-'));
      await signIn(CARLY);
      server.isWelcome = () => false;
      await assert.rejects(signIn(CARLY), { code: 'E_AUTH_REFUSED' });
    }));

  it('does not believe a registry that gives a token to anybody from a strange place', () =>
    withRegistry(async (registry, signIn) => {
      await using server = await startTokenServer();
      const realm = server.url.replace('127.0.0.1', 'localhost');
      registry.requireTokenOf(`${realm}/token`, (token) => token.startsWith('token-'));
      await assert.rejects(signIn(CARLY), {
        code: 'E_AUTH_REALM',
        message: /could not sign in to .*: it sends for its tokens to localhost:\d+, which is not known/,
      });
      assert.equal(server.requests[0].authorization, undefined);
    }));

  it('needs nothing where nothing is asked for', () =>
    withRegistry(async (registry, signIn) => {
      await signIn(CARLY);
      assert.deepEqual(
        registry.requests.map(({ headers }) => headers.authorization),
        [undefined],
      );
    }));
});
