import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { readPublicKeys } from '../../../server/src/engine/trust/public-keys.ts';
import { makeKey } from './keys.ts';
import type { KeyPair } from './keys.ts';

describe('readPublicKeys', () => {
  let alice: KeyPair;
  let bob: KeyPair;
  before(async () => {
    [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
  });
  const fingerprints = async (text: string): Promise<string[]> =>
    (await readPublicKeys(Buffer.from(text), 'keys.asc')).map((key) => key.getFingerprint());

  it('reads every block of a text, and not what stands around them', async () => {
    const [one, two] = [alice.publicKey.armor(), bob.publicKey.armor()];
    const both = [alice.fingerprint, bob.fingerprint];
    assert.deepEqual(await fingerprints(one + two), both);
    assert.deepEqual(await fingerprints(`Keys of ours:\n\n${one}\nand\n${two}\nend\n`), both);
    assert.deepEqual(await fingerprints(`\r\n${(one + two).replaceAll(/\r?\n/g, '\r\n')}`), both);
  });

  it('refuses a text of which one block is no public key', async () => {
    const [good, secret] = [alice.publicKey.armor(), bob.privateKey.armor()];
    await assert.rejects(fingerprints(good + secret), { code: 'E_KEY', message: /holds a secret key/ });
    await assert.rejects(fingerprints(`${good}-----BEGIN PGP NONSENSE-----\n\n`), { code: 'E_KEY' });
    await assert.rejects(fingerprints('no keys at all'), {
      code: 'E_KEY',
      message: /keys\.asc is no OpenPGP/,
    });
  });
});
