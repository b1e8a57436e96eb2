import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspectKeys, trustKey } from '../../server/src/commands/trust.ts';
import { LarderError } from '../../server/src/domain/errors.ts';
import type { InspectKeysArguments, KeyFound, TrustArguments } from '../../server/src/protocol.ts';
import { commandContext } from './fixture.ts';

const KEY: KeyFound = {
  origin: 'https://example.com/keys',
  fingerprint: 'ab'.repeat(20),
  subkeys: [],
  identities: ['Alice <alice@example.com>'],
  algorithm: 'Ed25519',
  created: 0,
  expires: null,
  problem: null,
  armored: '-----BEGIN PGP PUBLIC KEY BLOCK-----',
};

describe('larder.inspectKeys', () => {
  it('answers with the keys that were found, under a progress that ends', async () => {
    const asked: InspectKeysArguments[] = [];
    const { context, seen } = commandContext({
      inspectKeys: (_, wanted) => {
        asked.push(wanted);
        return Promise.resolve([KEY]);
      },
    });
    assert.deepEqual(await inspectKeys({ scope: 'example.com/app' }, context), { keys: [KEY] });
    assert.deepEqual(asked, [{ scope: 'example.com/app' }]);
    assert.deepEqual(seen.progress, ['begin Looking for published keys', 'done']);
  });

  it('fails with the sentence of the engine, and ends its progress', async () => {
    const failure = new LarderError('E_TLS', 'The key was not asked for.');
    const { context, seen } = commandContext({ inspectKeys: () => Promise.reject(failure) });
    await assert.rejects(inspectKeys({ scope: null, key: 'http://example.com/key' }, context), failure);
    assert.deepEqual(seen.progress, ['begin Getting the key', 'done']);
  });
});

describe('larder.trust', () => {
  it('trusts the key that was confirmed, and logs that', async () => {
    const trusted: TrustArguments[] = [];
    const { context, seen } = commandContext({
      trust: (_, key) => {
        trusted.push(key);
        return Promise.resolve('/keys/key');
      },
    });
    const { fingerprint, armored } = KEY;
    const argument = { scope: 'example.com', fingerprint, armored };
    assert.deepEqual(await trustKey(argument, context), { path: '/keys/key' });
    assert.deepEqual(trusted, [argument]);
    assert.deepEqual(seen.logged, [`The key ${fingerprint} is trusted for example.com: /keys/key`]);
  });
});
