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
import type { Workbench } from './fixture.ts';

describe('trust over the protocol', () => {
  const cleanup = new AsyncDisposableStack();
  let directory: string;
  let alice: KeyPair;
  let publisher: Publisher;
  let name: string;
  let base: string;
  const at = (path: string): string => join(directory, path);

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'larder-trust-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    alice = await makeKey('Alice');
    publisher = cleanup.adopt(await startPublisher(alice), (it) => it.close());
    name = publisher.name('app');
    base = publisher.name('base');
    await publisher.publish('app', buildAci({ name, dependencies: [{ imageName: base }] }));
    await publisher.publish('base', buildAci({ name: base }));
    await writeFile(at('secret.asc'), alice.privateKey.armor());
  });
  after(() => cleanup.disposeAsync());

  const fetching = (): FetchArguments => ({ images: [{ image: name, syntax: 'appc', mode: 'default' }] });
  /** A server whose user trusts nobody yet. */
  const withClient = async (offersTrust: boolean) => {
    const config = await mkdtemp(at('config-'));
    const env = { HOME: directory, XDG_CONFIG_HOME: config };
    const network = {
      proxy: publisher.proxyUrl,
      noProxy: [],
      strictSSL: true,
      certificates: [CERTIFICATE],
    };
    return workbench({ env, initializationOptions: { network, client: { offersTrust } } });
  };
  /** Fetches the image, and tells of a failure which name lacks a key. */
  const fetch = async ({ client }: Workbench): Promise<string> => {
    const { images } = await client.execute<FetchResult>(Command.fetch, fetching());
    const [image] = images;
    assert(image !== undefined);
    return 'error' in image ? `${image.error.code} ${image.error.subject ?? ''}` : image.outcome;
  };

  it('says which name lacks a trusted key; a person looks at one, trusts it, and so on', async () => {
    await using bench = await withClient(true);
    const { client } = bench;
    const trust = async (scope: string): Promise<string> => {
      const { keys } = await client.execute<InspectKeysResult>(Command.inspectKeys, { scope });
      const [key, ...more] = keys;
      assert(key !== undefined);
      assert.deepEqual([key.fingerprint, more], [alice.fingerprint, []]);
      assert.deepEqual(key.identities, ['Alice <alice@example.com>']);
      return (await client.execute<TrustResult>(Command.trust, { ...key, scope })).path;
    };
    assert.equal(await fetch(bench), `E_SIGNATURE_UNTRUSTED ${name}`);
    const path = await trust(name);
    assert.ok(path.endsWith(`larder/trustedkeys/prefix.d/${name}/${alice.fingerprint}`), path);
    assert.match(await readFile(path, 'utf8'), /BEGIN PGP PUBLIC KEY/);
    assert.equal(await fetch(bench), `E_SIGNATURE_UNTRUSTED ${base}`);
    await trust(base);
    // The image itself was got before; its dependency is now.
    assert.equal(await fetch(bench), 'store');
    const { received } = client;
    await received.until('both images', () => received.statuses.at(-1)?.imageCount === 2);
    // The client says it by itself.
    assert.deepEqual(received.shown, []);
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
