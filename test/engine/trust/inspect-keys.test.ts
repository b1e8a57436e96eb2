import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { revokeKey } from 'openpgp';
import type { KeyOptions } from 'openpgp';
import { inspectKeys } from '../../../server/src/engine/trust/inspect-keys.ts';
import { KEY_LIMIT } from '../../../server/src/engine/trust/public-keys.ts';
import { NOW } from '../store/fixture.ts';
import { DAY, inspected, makeKey, signDetached } from './keys.ts';

const armored = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('inspectKeys', () => {
  it('says whose key it is', async () => {
    const key = await makeKey('Alice', { keyExpirationTime: (20 * DAY) / 1000 });
    const [shown, ...others] = await inspectKeys(armored(key.publicKey.armor()), 'alice.asc', NOW);
    assert.deepEqual(others, []);
    assert.deepEqual(
      { ...shown, armored: shown?.armored.slice(0, 36) },
      {
        fingerprint: key.fingerprint,
        subkeys: key.publicKey.subkeys.map((subkey) => subkey.getFingerprint()),
        identities: ['Alice <alice@example.com>'],
        created: NOW - 10 * DAY,
        expires: NOW + 10 * DAY,
        algorithm: 'Ed25519',
        problem: null,
        armored: '-----BEGIN PGP PUBLIC KEY BLOCK-----',
      },
    );
  });

  it('reads several keys from one file', async () => {
    const [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
    const keyring = Buffer.concat([alice.publicKey.write(), bob.publicKey.write()]);
    const found = await inspectKeys(keyring, 'keyring.gpg', NOW);
    assert.deepEqual(
      found.map(({ fingerprint, expires }) => [fingerprint, expires]),
      [
        [alice.fingerprint, null],
        [bob.fingerprint, null],
      ],
    );
  });

  const algorithms: [Partial<KeyOptions>, string][] = [
    [{ type: 'rsa', rsaBits: 2048 }, 'RSA 2048'],
    [{ type: 'curve25519' }, 'Ed25519'],
    [{ type: 'ecc', curve: 'nistP256' }, 'ECDSA nistP256'],
  ];
  for (const [options, algorithm] of algorithms) {
    it(`names the algorithm ${algorithm}`, async () => {
      assert.equal((await inspected(await makeKey('Alice', options))).algorithm, algorithm);
    });
  }

  it('shows no identity that the key does not certify itself', async () => {
    const [alice, mallory] = await Promise.all([makeKey('Alice'), makeKey('Mallory')]);
    const forged = alice.publicKey.toPacketList();
    forged.push(...mallory.publicKey.users.flatMap((user) => (user.userID ? [user.userID] : [])));
    const [shown] = await inspectKeys(forged.write(), 'forged', NOW);
    assert.deepEqual(shown?.identities, ['Alice <alice@example.com>']);
  });

  it('says why signatures by a key would be refused', async () => {
    const problemOf = async (options: Partial<KeyOptions>): Promise<string | null> =>
      (await inspected(await makeKey('Alice', options))).problem;
    assert.equal(await problemOf({ keyExpirationTime: DAY / 1000 }), 'it has expired');
    const weak = { type: 'rsa', rsaBits: 1024, config: { minRSABits: 1024 } } as const;
    assert.match((await problemOf(weak)) ?? '', /too weak/);
    const key = await makeKey('Alice');
    const { publicKey } = await revokeKey({
      key: key.privateKey,
      date: new Date(NOW - DAY),
      format: 'object',
    });
    assert.equal((await inspected({ ...key, publicKey })).problem, 'its owner has revoked it');
  });

  it('refuses a secret key, armored or binary', async () => {
    const { privateKey } = await makeKey('Alice');
    for (const bytes of [armored(privateKey.armor()), privateKey.write()]) {
      await assert.rejects(inspectKeys(bytes, 'mine.asc', NOW), {
        code: 'E_KEY',
        message: /mine\.asc holds a secret key/,
      });
    }
  });

  it('refuses what is no key', async () => {
    const signature = await signDetached(Buffer.of(), [await makeKey('Alice')]);
    const junk = Buffer.from([0xc6, 0xff, 1, 2]);
    const wrong = [Buffer.of(), Buffer.from('<html>'), junk, randomBytes(100), signature];
    for (const bytes of wrong) {
      await assert.rejects(inspectKeys(bytes, 'https://example.com/keys', NOW), {
        code: 'E_KEY',
        message: /example\.com\/keys is no OpenPGP public key \(.*\); export one/,
      });
    }
    await assert.rejects(inspectKeys(Buffer.alloc(KEY_LIMIT + 1), 'x', NOW), { code: 'E_TOO_LARGE' });
  });
});
