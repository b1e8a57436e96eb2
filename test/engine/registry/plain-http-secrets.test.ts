import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { LookupFunction } from 'node:net';
import { describe, it } from 'node:test';
import { Agent } from 'undici';
import type { Credential } from '../../../server/src/engine/auth/credential.ts';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { RegistryClient } from '../../../server/src/engine/registry/registry-client.ts';
import { sha256 } from '../../helpers/layers.ts';
import { CERTIFICATE, startTlsServer } from '../../helpers/loopback-tls.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { registryParts } from '../../helpers/registry-parts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import { startTokenServer } from '../../helpers/token-server.ts';

const DIGEST = sha256(Buffer.from('{"schemaVersion":2}'));
const NEVER = new AbortController().signal;
const CARLY: Credential = { kind: 'basic', username: 'carly', password: 'open sesame' };

/** All names are this machine. */
const lookup: LookupFunction = (_, { all }, done) => {
  if (all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

/** A client that may speak plain http with `registry.example:PORT`, and has a credential for it. */
async function withClient(
  credential: Credential,
  body: (ask: (port: number | string) => Promise<string>, lookups: readonly string[]) => Promise<void>,
): Promise<void> {
  const net = new Agent({ connect: { lookup, ca: CERTIFICATE } });
  const host = { ...networkHost(), net };
  const lookups: string[] = [];
  const find = ({ registry }: { readonly registry: string }) => {
    lookups.push(registry);
    return Promise.resolve({ credential, origin: 'the test' });
  };
  const parts = registryParts({}, { credentials: { find, forget: () => undefined } });
  const client = new RegistryClient(host, new HttpClient(host, { allowHttp: true }), parts);
  const ask = async (port: number | string): Promise<string> => {
    const repository = { registry: `registry.example:${port}`, repository: 'team/app' };
    return (await client.headManifest(repository, '1', NEVER)).digest;
  };
  try {
    await body(ask, lookups);
  } finally {
    await net.destroy();
  }
}

describe('over plain http to another machine', () => {
  it('no password is sent, nor looked up', () =>
    withClient(CARLY, async (ask, lookups) => {
      const registry = await startRegistry();
      registry.requirePassword('carly', 'open sesame');
      const [, port = ''] = registry.host.split(':');
      try {
        await assert.rejects(ask(port), { code: 'E_TLS', message: /over plain http.*Larder sends none/ });
        assert.ok(registry.requests.every(({ headers }) => headers.authorization === undefined));
        assert.deepEqual(lookups, []);
      } finally {
        await registry.close();
      }
    }));

  for (const credential of [CARLY, { kind: 'registry-token', token: 'token-0' } as const]) {
    it(`no token is got or sent for a credential: ${credential.kind}`, () =>
      withClient(credential, async (ask, lookups) => {
        const registry = await startRegistry();
        await using server = await startTokenServer();
        const [, port = ''] = registry.host.split(':');
        const realm = `http://registry.example:${new URL(server.url).port}/token`;
        registry.requireTokenOf(realm, () => false);
        try {
          await assert.rejects(ask(port), {
            code: 'E_AUTH_REALM',
            message: /needs credentials, and none are sent over plain http; it must speak https/,
          });
          assert.equal(server.requests[0].authorization, undefined);
          assert.deepEqual(lookups, []);
        } finally {
          await registry.close();
        }
      }));
  }

  it('nothing secret goes on that a registry was given over TLS before', () =>
    withClient(CARLY, async (ask) => {
      const seen: (string | undefined)[] = [];
      const answer = ({ headers }: IncomingMessage, response: ServerResponse): void => {
        seen.push(headers.authorization);
        response.setHeader('connection', 'close');
        if (headers.authorization === undefined) {
          response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
        } else {
          response.setHeader('docker-content-digest', DIGEST).end();
        }
      };
      const tls = await startTlsServer(answer);
      const { port } = tls;
      assert.equal(await ask(port), DIGEST);
      await tls[Symbol.asyncDispose]();
      assert.match(seen.at(-1) ?? '', /^Basic /);
      // Somebody on the way answers in its place.
      const plain = createServer(answer);
      await new Promise<void>((done) => plain.listen(port, '127.0.0.1', done));
      seen.length = 0;
      try {
        await assert.rejects(ask(port), { code: 'E_TLS', message: /over plain http/ });
        assert.deepEqual(new Set(seen), new Set([undefined]));
      } finally {
        plain.close();
        plain.closeAllConnections();
      }
    }));
});
