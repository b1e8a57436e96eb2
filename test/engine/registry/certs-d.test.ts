import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { request } from 'undici';
import { DOCKER_HUB } from '../../../server/src/domain/reference.ts';
import type { TlsIdentity } from '../../../server/src/engine/host.ts';
import { CertsD } from '../../../server/src/engine/registry/certs-d.ts';
import { CERTIFICATE, KEY, startTlsServer } from '../../helpers/loopback-tls.ts';
import { networkHost } from '../../helpers/network-host.ts';
import { testHost, withDirectory } from '../store/fixture.ts';

const CA: TlsIdentity = { ca: [CERTIFICATE], client: null, verify: true };
const CLIENT = { cert: CERTIFICATE, key: KEY };

interface Certs {
  readonly directory: string;
  readonly warnings: readonly string[];
  readonly write: (path: string, text: string) => Promise<void>;
  /** As it is a second later. */
  readonly identityFor: CertsD['identityFor'];
}

/** Two directories of certificates, `user` and `system`. */
function withCerts(body: (certs: Certs) => Promise<void>, overrides: Parameters<typeof testHost>[0] = {}) {
  return withDirectory(async (directory) => {
    const host = testHost(overrides);
    const certs = new CertsD(host, [join(directory, 'user'), join(directory, 'system')]);
    await body({
      directory,
      warnings: host.warnings,
      write: async (path, text) => {
        await mkdir(dirname(join(directory, path)), { recursive: true });
        await writeFile(join(directory, path), text);
      },
      identityFor: (name) => {
        host.now += 1000;
        return certs.identityFor(name);
      },
    });
  });
}

/** Files of a host, and what is said of them; `DIR` stands for their directory. */
const REFUSED: [string, Record<string, string>, string][] = [
  ['an authority that is none', { 'ca.crt': 'hello' }, '"DIR/ca.crt" has no certificate in PEM in it, .*'],
  [
    'a broken authority after a good one',
    { 'ca.crt': `${CERTIFICATE}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n` },
    '"DIR/ca.crt" has something in it that is no certificate, .*',
  ],
  [
    'a certificate without its key',
    { 'client.cert': CERTIFICATE, 'other.key': KEY },
    'The client certificate "DIR/client.cert" is without its key; put that into "DIR/client.key", or name the file \\*.crt .*',
  ],
  [
    'a key without its certificate',
    { 'client.key': KEY },
    'The client key "DIR/client.key" is without its certificate; put that into "DIR/client.cert".',
  ],
  [
    'a key in the place of the certificate',
    { 'client.cert': KEY, 'client.key': KEY },
    '"DIR/client.cert" has no certificate in PEM in it, .*',
  ],
  [
    'a certificate in the place of the key',
    { 'client.cert': CERTIFICATE, 'client.key': CERTIFICATE },
    '"DIR/client.key" has no private key in PEM in it, .*',
  ],
  [
    'the key of another certificate',
    { 'client.cert': CERTIFICATE, 'client.key': otherKey() },
    '"DIR/client.key" is not the key of "DIR/client.cert", .*; put the two that belong together there.',
  ],
  [
    'a key with a passphrase',
    { 'client.cert': CERTIFICATE, 'client.key': otherKey({ cipher: 'aes-256-cbc', passphrase: 'secret' }) },
    '"DIR/client.key" has a key with a passphrase, .*; write a key without a passphrase there.',
  ],
];

function otherKey(encryption: { cipher?: string; passphrase?: string } = {}): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }).toString();
}

describe('certs.d', () => {
  it('has nothing for most hosts', () =>
    withCerts(async ({ write, identityFor }) => {
      assert.equal(await identityFor('r.example'), undefined);
      await write('user/other.example/ca.crt', CERTIFICATE);
      await write('user/r.example:5000/ca.crt', CERTIFICATE);
      assert.equal(await identityFor('r.example'), undefined);
    }));

  it('has authorities and a client for a host and its port', () =>
    withCerts(async ({ write, identityFor }) => {
      await write('user/r.example:5000/b.crt', `Somebody\n${CERTIFICATE}${CERTIFICATE}`);
      await write('user/r.example:5000/a.crt', CERTIFICATE);
      await write('user/r.example:5000/client.cert', CERTIFICATE);
      await write('user/r.example:5000/client.key', KEY);
      await write('user/r.example:5000/README', 'passed over');
      assert.deepEqual(await identityFor('r.example:5000'), {
        ca: [CERTIFICATE, `Somebody\n${CERTIFICATE}${CERTIFICATE}`],
        client: CLIENT,
        verify: true,
      });
    }));

  it('is the first directory that a host has, even if it is empty', () =>
    withCerts(async ({ write, identityFor, directory }) => {
      await write('system/r.example/ca.crt', CERTIFICATE);
      assert.deepEqual(await identityFor('r.example'), CA);
      await mkdir(join(directory, 'user/r.example'), { recursive: true });
      assert.equal(await identityFor('r.example'), undefined);
    }));

  it('knows a host by the port that https has anyway, and Docker Hub by its name', () =>
    withCerts(async ({ write, identityFor }) => {
      await write('user/r.example:443/ca.crt', CERTIFICATE);
      assert.deepEqual(await identityFor('r.example'), CA);
      await write('user/docker.io/ca.crt', CERTIFICATE);
      assert.deepEqual(await identityFor(DOCKER_HUB), CA);
    }));

  it('warns of more than one client, and takes the first', () =>
    withCerts(async ({ write, identityFor, warnings, directory }) => {
      for (const name of ['b', 'a']) {
        await write(`user/r.example/${name}.cert`, `${name}\n${CERTIFICATE}`);
        await write(`user/r.example/${name}.key`, KEY);
      }
      assert.equal((await identityFor('r.example'))?.client?.cert, `a\n${CERTIFICATE}`);
      const warning = `${directory}/user/r.example has 2 client certificates; the first is used.`;
      assert.deepEqual(warnings, [warning]);
    }));

  it('is read again when a file changes, and is the same object until then', () =>
    withCerts(async ({ write, identityFor, directory }) => {
      await write('user/r.example/ca.crt', CERTIFICATE);
      const first = await identityFor('r.example');
      assert.equal(await identityFor('r.example'), first);
      await write('user/r.example/ca.crt', `new\n${CERTIFICATE}`);
      assert.deepEqual((await identityFor('r.example'))?.ca, [`new\n${CERTIFICATE}`]);
      await rm(join(directory, 'user'), { recursive: true });
      assert.equal(await identityFor('r.example'), undefined);
    }));

  for (const [what, files, message] of REFUSED) {
    it(`refuses ${what}`, () =>
      withCerts(async ({ write, identityFor, directory }) => {
        for (const [name, text] of Object.entries(files)) await write(`user/r.example/${name}`, text);
        const sentence = new RegExp(`^${message.replaceAll('DIR', `${directory}/user/r.example`)}$`);
        await assert.rejects(identityFor('r.example'), { code: 'E_CONFIG', message: sentence });
        assert.equal(await identityFor('other.example'), undefined);
      }));
  }

  it('names what cannot be read', () =>
    withCerts(async ({ write, identityFor, directory }) => {
      await mkdir(join(directory, 'user/r.example/ca.crt'), { recursive: true });
      const message =
        /\/user\/r\.example\/ca\.crt" \(EISDIR\), .*; make it readable to your user, or remove it\.$/;
      await assert.rejects(identityFor('r.example'), { code: 'E_CONFIG', message });
      await write('user/file.example', '');
      await assert.rejects(identityFor('file.example'), { code: 'E_CONFIG', message: /ENOTDIR/ });
    }));

  it('passes over a directory that is for root alone', () => {
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' });
    const stat = (path: string) => (path.includes('/user/') ? Promise.reject(denied) : fs.stat(path));
    const body = async ({ write, identityFor }: Certs): Promise<void> => {
      await write('system/r.example/ca.crt', CERTIFICATE);
      assert.deepEqual(await identityFor('r.example'), CA);
    };
    return withCerts(body, { fs: { ...fs, stat } as typeof fs });
  });

  it('is not led elsewhere by a host that is none', () =>
    withCerts(async ({ write, identityFor }) => {
      for (const place of ['ca.crt', 'user/ca.crt', 'system/sub/ca.crt']) await write(place, CERTIFICATE);
      for (const host of ['..', '.', '', '../user', 'sub/..', '../system/sub', '..\\user']) {
        assert.equal(await identityFor(host), undefined, host);
      }
    }));

  it('makes TLS work with an authority of its own', () =>
    withCerts(async ({ write, identityFor }) => {
      await using server = await startTlsServer((_, response) => response.end('hello'));
      const name = `localhost:${server.port}`;
      await write(`user/${name}/ca.crt`, CERTIFICATE);
      const identity = await identityFor(name);
      assert.ok(identity);
      const host = networkHost();
      const dispatcher = host.netFor(identity);
      const { body } = await request(`https://${name}/`, { dispatcher });
      assert.equal(await body.text(), 'hello');
      await dispatcher.destroy();
      await host.close();
    }));
});
