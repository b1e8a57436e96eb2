import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { request } from 'undici';
import type { TlsIdentity } from '../../../server/src/engine/host.ts';
import { Dispatchers } from '../../../server/src/engine/http/dispatchers.ts';
import { CERTIFICATE, startTlsServer } from '../../helpers/loopback-tls.ts';
import { networkHost } from '../../helpers/network-host.ts';

const PRIVATE: TlsIdentity = { ca: [CERTIFICATE], client: null, verify: true };

async function withDispatchers(
  identities: Readonly<Record<string, TlsIdentity>>,
  body: (dispatchers: Dispatchers, host: ReturnType<typeof networkHost>) => Promise<void>,
): Promise<void> {
  const host = networkHost();
  const dispatchers = new Dispatchers(host, { identityFor: (name) => Promise.resolve(identities[name]) });
  try {
    await body(dispatchers, host);
  } finally {
    await dispatchers.close();
    await host.close();
  }
}

describe('the way to a host', () => {
  it('is the common one, and the same for all', () =>
    withDispatchers({}, async (dispatchers, host) => {
      for (const url of ['https://r.example/', 'http://127.0.0.1:5000/']) {
        assert.equal(await dispatchers.for(new URL(url), true), host.net);
      }
      // There is nothing to verify.
      assert.equal(await dispatchers.for(new URL('http://127.0.0.1:5000/'), false), host.net);
    }));

  it('is one of its own where the host has an identity, kept as long as that is the same', async () => {
    const identities: Record<string, TlsIdentity> = { 'r.example:5000': PRIVATE };
    await withDispatchers(identities, async (dispatchers, host) => {
      const url = new URL('https://r.example:5000/');
      const first = await dispatchers.for(url, true);
      assert.notEqual(first, host.net);
      assert.equal(await dispatchers.for(url, true), first);
      assert.equal(await dispatchers.for(new URL('https://r.example/'), true), host.net);
      identities['r.example:5000'] = { ...PRIVATE };
      assert.notEqual(await dispatchers.for(url, true), first);
    });
  });

  it("speaks TLS with the host's own authority, and with no other", async () => {
    await using server = await startTlsServer((_, response) => response.end('hello'));
    const name = `localhost:${server.port}`;
    const url = new URL(`https://${name}/`);
    await withDispatchers({ [name]: PRIVATE }, async (dispatchers) => {
      const { body } = await request(url, { dispatcher: await dispatchers.for(url, true) });
      assert.equal(await body.text(), 'hello');
    });
    await withDispatchers({}, async (dispatchers) => {
      const dispatcher = await dispatchers.for(url, true);
      await assert.rejects(request(url, { dispatcher }), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    });
  });

  it('does without a look at the certificate where that is asked, and says so once', async () => {
    await using server = await startTlsServer((_, response) => response.end('hello'));
    const url = new URL(`https://localhost:${server.port}/`);
    await withDispatchers({}, async (dispatchers, host) => {
      for (let turn = 0; turn < 2; turn++) {
        const { body } = await request(url, { dispatcher: await dispatchers.for(url, false) });
        assert.equal(await body.text(), 'hello');
      }
      assert.deepEqual(host.logged, [
        `The TLS certificate of ${url.host} is not verified, as registries.conf says.`,
      ]);
    });
  });
});
