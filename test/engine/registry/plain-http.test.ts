import assert from 'node:assert/strict';
import type { LookupFunction } from 'node:net';
import { describe, it } from 'node:test';
import { Agent } from 'undici';
import { HttpClient } from '../../../server/src/engine/http/http-client.ts';
import { RegistryClient } from '../../../server/src/engine/registry/registry-client.ts';
import { sha256 } from '../../helpers/layers.ts';
import { CERTIFICATE, startTlsServer } from '../../helpers/loopback-tls.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { registryParts } from '../../helpers/registry-parts.ts';
import { startRegistry } from '../../helpers/registry.ts';

const BYTES = Buffer.from('{"schemaVersion":2}');
const DIGEST = sha256(BYTES);
const NEVER = new AbortController().signal;

/** All names are this machine. */
const lookup: LookupFunction = (_, { all }, done) => {
  if (all === true) done(null, [{ address: '127.0.0.1', family: 4 }]);
  else done(null, '127.0.0.1', 4);
};

interface Asking {
  /** `--insecure-options=http` */
  readonly allowHttp?: boolean;
  /** Whether the certificate of the tests is trusted. */
  readonly trusted?: boolean;
}

/** Asks a registry twice, and answers the digest that it tells. */
async function ask(registry: string, { allowHttp = false, trusted = false }: Asking = {}): Promise<string> {
  const net = new Agent({ connect: { lookup, ...(trusted && { ca: CERTIFICATE }) } });
  const host = { ...networkHost(), net };
  try {
    const client = new RegistryClient(host, new HttpClient(host, { allowHttp }), registryParts());
    const repository = { registry, repository: 'team/app' };
    await client.headManifest(repository, '1', NEVER);
    return (await client.getManifest(repository, '1', NEVER)).digest;
  } finally {
    await net.destroy();
  }
}

/** A registry that speaks plain http. */
async function withPlain(body: (port: string) => Promise<void>): Promise<void> {
  const registry = await startRegistry();
  const manifest = { digest: DIGEST, mediaType: 'application/vnd.oci.image.manifest.v1+json', bytes: BYTES };
  registry.push('team/app', '1', { digest: DIGEST, manifests: [manifest], blobs: [] });
  try {
    await body(registry.host.split(':')[1] ?? '');
  } finally {
    await registry.close();
  }
}

/** A registry that speaks TLS. */
async function withTls(body: (port: number, requests: string[]) => Promise<void>): Promise<void> {
  const requests: string[] = [];
  await using server = await startTlsServer(({ method = '' }, response) => {
    requests.push(method);
    response.setHeader('docker-content-digest', DIGEST).end(method === 'HEAD' ? undefined : BYTES);
  });
  await body(server.port, requests);
}

describe('a registry that speaks plain http', () => {
  it('is asked over it on loopback', () =>
    withPlain(async (port) => {
      for (const name of ['localhost', '127.0.0.1']) assert.equal(await ask(`${name}:${port}`), DIGEST);
    }));

  it('is asked over it elsewhere only if that is allowed', () =>
    withPlain(async (port) => {
      await assert.rejects(ask(`registry.example:${port}`), { code: 'E_TLS' });
      assert.equal(await ask(`registry.example:${port}`, { allowHttp: true }), DIGEST);
    }));

  it('is told from one that does not run', async () => {
    let gone = '';
    await withPlain((port) => {
      gone = port;
      return Promise.resolve();
    });
    await assert.rejects(ask(`localhost:${gone}`), { code: 'E_OFFLINE', message: /refused the connection/ });
  });
});

describe('a registry that speaks TLS', () => {
  for (const name of ['localhost', '127.0.0.1', 'registry.example']) {
    for (const allowHttp of [false, true]) {
      it(`is asked over it: ${name}, ${allowHttp ? 'plain http allowed' : 'without options'}`, () =>
        withTls(async (port, requests) => {
          assert.equal(await ask(`${name}:${port}`, { trusted: true, allowHttp }), DIGEST);
          assert.deepEqual(requests, ['HEAD', 'GET']);
        }));
    }
  }

  it('is not asked over plain http because its certificate is not trusted', () =>
    withTls(async (port, requests) => {
      for (const name of ['localhost', 'registry.example']) {
        await assert.rejects(ask(`${name}:${port}`, { allowHttp: true }), {
          code: 'E_TLS',
          message: /check its certificate/,
        });
      }
      assert.deepEqual(requests, []);
    }));
});
