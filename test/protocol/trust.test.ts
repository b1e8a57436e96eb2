import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Command } from '../../server/src/protocol.ts';
import type {
  FetchArguments,
  FetchResult,
  InspectKeysResult,
  TrustResult,
} from '../../server/src/protocol.ts';
import { makeKey } from '../engine/trust/keys.ts';
import type { KeyPair } from '../engine/trust/keys.ts';
import { buildAci } from '../helpers/aci.ts';
import { CERTIFICATE } from '../helpers/loopback-tls.ts';
import { startPublisher } from '../helpers/publisher.ts';
import type { Publisher } from '../helpers/publisher.ts';
import { workbench } from './fixture.ts';

describe('trust over the protocol', () => {
  const cleanup = new AsyncDisposableStack();
  let directory: string;
  let alice: KeyPair;
  let publisher: Publisher;
  let name: string;
  const at = (path: string): string => join(directory, path);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'larder-trust-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    alice = await makeKey('Alice');
    publisher = cleanup.adopt(await startPublisher(alice), (it) => it.close());
    name = publisher.name('app');
    await publisher.publish('app', buildAci({ name }));
    await writeFile(at('secret.asc'), alice.privateKey.armor());
    await writeFile(at('ca.pem'), CERTIFICATE);
  });
  after(() => cleanup.disposeAsync());

  const fetching = (): FetchArguments => ({ images: [{ image: name, syntax: 'appc', mode: 'default' }] });
  const withClient = (offersTrust: boolean) => {
    const env = {
      XDG_CONFIG_HOME: at('config'),
      HTTPS_PROXY: publisher.proxyUrl,
      NODE_EXTRA_CA_CERTS: at('ca.pem'),
    };
    return workbench({ env, initializationOptions: { client: { offersTrust } } });
  };

  it('says that no trusted key signs for a name; then a person trusts one, and it is fetched', async () => {
    await using bench = await withClient(true);
    const { client } = bench;
    const { images } = await client.execute<FetchResult>(Command.fetch, fetching());
    const [failed] = images;
    assert(failed !== undefined && 'error' in failed, JSON.stringify(failed));
    assert.deepEqual([failed.error.code, failed.error.imageName], ['E_SIGNATURE_UNTRUSTED', name]);

    const { keys } = await client.execute<InspectKeysResult>(Command.inspectKeys, { scope: name });
    const [key] = keys;
    assert(key !== undefined);
    assert.deepEqual(key.identities, ['Alice <alice@example.com>']);
    assert.equal(key.fingerprint, alice.fingerprint);
    const { path } = await client.execute<TrustResult>(Command.trust, { ...key, scope: name });
    assert.equal(path, at(`config/larder/trustedkeys/prefix.d/${name}/${alice.fingerprint}`));
    assert.match(await readFile(path, 'utf8'), /BEGIN PGP PUBLIC KEY/);

    const again = await client.execute<FetchResult>(Command.fetch, fetching());
    assert('imageId' in (again.images[0] ?? {}), JSON.stringify(again));
    // The client says it by itself.
    assert.deepEqual(client.received.shown, []);
    await rm(path);
  });

  it('shows the sentence itself to a client that does not offer to trust', async () => {
    await using bench = await withClient(false);
    const { client } = bench;
    await client.execute(Command.fetch, fetching());
    const shown = await client.received.until('a message', () => client.received.shown[0]);
    assert.match(shown, /is not trusted for "registry\.example\/app"; .*larder trust --prefix/);
  });

  it('refuses in one sentence', async () => {
    await using bench = await withClient(true);
    const { client } = bench;
    const inspect = (key: string) => client.execute(Command.inspectKeys, { scope: name, key });
    await assert.rejects(inspect('http://example.com/key'), { data: { code: 'E_TLS' } });
    await assert.rejects(inspect(at('secret.asc')), { data: { code: 'E_KEY' }, message: /secret key/ });
  });
});
