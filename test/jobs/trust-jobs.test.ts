import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Keystore } from '../../server/src/engine/trust/keystore.ts';
import { TrustJobs } from '../../server/src/jobs/trust-jobs.ts';
import { makeKey } from '../engine/trust/keys.ts';
import type { KeyPair } from '../engine/trust/keys.ts';
import { withDirectory } from '../engine/store/fixture.ts';
import { networkHost } from '../helpers/network-host.ts';
import { networkTo, startOrigin } from '../helpers/origin.ts';
import type { Origin } from '../helpers/origin.ts';

const { signal } = new AbortController();

describe('TrustJobs', () => {
  const cleanup = new AsyncDisposableStack();
  let origin: Origin;
  let alice: KeyPair;
  let bob: KeyPair;
  before(async () => {
    origin = cleanup.adopt(await startOrigin(), (it) => it.close());
    [alice, bob] = await Promise.all([
      makeKey('Alice', { userIDs: [{ name: 'Alice\nFingerprint: 00' }] }),
      makeKey('Bob'),
    ]);
    const published = '<meta name="ac-discovery-pubkeys" content="example.com https://example.com/keys">';
    origin.serve('/app?ac-discovery=1', { body: published });
    origin.serve('/keys', { body: Buffer.concat([alice, bob].map(({ publicKey }) => publicKey.write())) });
  });
  after(() => cleanup.disposeAsync());

  const withJobs = (body: (jobs: TrustJobs, directory: string) => Promise<void>): Promise<void> =>
    withDirectory(async (directory) => {
      await using network = new AsyncDisposableStack();
      const net = network.adopt(networkTo(origin), (it) => it.destroy());
      const host = { ...networkHost(), net };
      await body(new TrustJobs(host, new Keystore(host, { system: [], local: directory })), directory);
    });

  it('shows the keys that a prefix publishes, each text on one line, and trusts none of them', () =>
    withJobs(async (jobs, directory) => {
      const keys = await jobs.inspect({ scope: 'example.com/app' }, signal);
      assert.deepEqual(
        keys.map((key) => [key.fingerprint, key.origin, key.identities]),
        [
          [alice.fingerprint, 'https://example.com/keys', [String.raw`Alice\u{a}Fingerprint: 00`]],
          [bob.fingerprint, 'https://example.com/keys', ['Bob <bob@example.com>']],
        ],
      );
      await assert.rejects(readFile(join(directory, 'prefix.d')), { code: 'ENOENT' });
    }));

  it('trusts the key that was shown', () =>
    withJobs(async (jobs, directory) => {
      await writeFile(join(directory, 'bob.asc'), bob.publicKey.armor());
      const [key] = await jobs.inspect({ scope: null, key: join(directory, 'bob.asc') }, signal);
      assert(key !== undefined);
      const path = await jobs.trust({ ...key, scope: 'example.com' });
      assert.equal(path, join(directory, 'prefix.d/example.com', bob.fingerprint));
      assert.equal(await readFile(path, 'utf8'), key.armored);
    }));

  it('trusts no other key than the one that was confirmed', () =>
    withJobs(async (jobs) => {
      const armored = bob.publicKey.armor();
      await assert.rejects(jobs.trust({ scope: null, fingerprint: alice.fingerprint, armored }), {
        code: 'E_KEY',
        message: /has not the fingerprint/,
      });
    }));

  it('refuses what larder trust refuses', () =>
    withJobs(async (jobs, directory) => {
      const secret = join(directory, 'secret.asc');
      await writeFile(secret, alice.privateKey.armor());
      const refused = [
        ['E_TLS', 'example.com', 'http://example.com/keys'],
        ['E_KEY', 'example.com', secret],
        ['E_FILE', 'example.com', join(directory, 'absent')],
        ['E_USAGE', 'example.com/', undefined],
        ['E_USAGE', null, undefined],
        ['E_DISCOVERY', 'example.org', undefined],
      ] as const;
      for (const [code, scope, key] of refused) {
        await assert.rejects(jobs.inspect({ scope, ...(key !== undefined && { key }) }, signal), { code });
      }
      await assert.rejects(
        jobs.trust({ scope: null, fingerprint: alice.fingerprint, armored: alice.privateKey.armor() }),
        { code: 'E_KEY' },
      );
    }));
});
