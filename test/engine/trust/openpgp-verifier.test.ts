import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { enums, revokeKey } from 'openpgp';
import type { Scope } from '../../../server/src/engine/trust/key-files.ts';
import { Keystore } from '../../../server/src/engine/trust/keystore.ts';
import { OpenpgpVerifier } from '../../../server/src/engine/trust/openpgp-verifier.ts';
import { readSignatures } from '../../../server/src/engine/trust/read-signatures.ts';
import type { Signer } from '../../../server/src/domain/record.ts';
import { NOW, testHost, withDirectory } from '../store/fixture.ts';
import { DAY, inspected, makeKey, signDetached, signOddly } from './keys.ts';
import type { KeyPair } from './keys.ts';

const NAME = 'example.com/app';
const IMAGE = randomBytes(600_000);

interface Setting {
  /** Whose keys are trusted. */
  readonly trusted: readonly KeyPair[];
  readonly signature: Uint8Array;
  readonly scope?: Scope;
  readonly image?: Uint8Array;
  readonly now?: number;
  readonly signal?: AbortSignal;
}

/** Verifies a signature against keys that were trusted while they were good. */
async function verify(setting: Setting): Promise<readonly Signer[]> {
  const { trusted, signature, scope = 'example.com', image = IMAGE, now = NOW } = setting;
  let signers: readonly Signer[] = [];
  await withDirectory(async (directory) => {
    const host = Object.assign(testHost(), { now });
    const keystore = new Keystore(host, { system: [], local: directory });
    for (const key of trusted) await keystore.trust(scope, { ...(await inspected(key)), problem: null });
    const file = join(directory, 'image.aci');
    await writeFile(file, image);
    const signal = setting.signal ?? new AbortController().signal;
    const verifier = new OpenpgpVerifier(host, keystore);
    signers = await verifier.verify({ name: NAME, from: './image.aci', file, signature, signal });
  });
  return signers;
}

const refuses = (setting: Setting, code: string, message: RegExp): Promise<void> =>
  assert.rejects(verify(setting), { code, message });

describe('OpenpgpVerifier', () => {
  let alice: KeyPair;
  let bob: KeyPair;
  let signature: Uint8Array;
  before(async () => {
    [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
    signature = await signDetached(IMAGE, [alice]);
  });
  const signerAlice = (): Signer => ({
    fingerprint: alice.fingerprint,
    identity: 'Alice <alice@example.com>',
  });

  it('says who signed, for a binary and an armored signature', async () => {
    assert.deepEqual(await verify({ trusted: [alice, bob], signature }), [signerAlice()]);
    const armored = await signDetached(IMAGE, [alice], { format: 'armored' });
    assert.deepEqual(await verify({ trusted: [alice], signature: armored }), [signerAlice()]);
  });

  it('takes keys for all images, and for the very image', async () => {
    assert.deepEqual(await verify({ trusted: [alice], signature, scope: null }), [signerAlice()]);
    assert.deepEqual(await verify({ trusted: [alice], signature, scope: NAME }), [signerAlice()]);
  });

  it('takes RSA, Curve25519 of RFC 9580 and NIST keys', async () => {
    const options = [
      { type: 'rsa', rsaBits: 2048 },
      { type: 'curve25519' },
      { type: 'ecc', curve: 'nistP256' },
    ] as const;
    for (const option of options) {
      const key = await makeKey('Carol', option);
      const signers = await verify({ trusted: [key], signature: await signDetached(IMAGE, [key]) });
      assert.equal(signers[0]?.fingerprint, key.fingerprint, option.type);
    }
  });

  it('takes the signature of a signing subkey, and names the key it belongs to', async () => {
    const key = await makeKey('Carol', { subkeys: [{ sign: true }] });
    const signatureBySubkey = await signDetached(IMAGE, [key]);
    const [packet] = await readSignatures(signatureBySubkey, 'a test');
    assert.equal(packet?.issuerKeyID.toHex(), key.publicKey.subkeys[0]?.getKeyID().toHex());
    assert.equal(
      (await verify({ trusted: [key], signature: signatureBySubkey }))[0]?.fingerprint,
      key.fingerprint,
    );
  });

  it('needs one of several signatures, and names all that count', async () => {
    const both = await signDetached(IMAGE, [bob, alice]);
    assert.deepEqual(await verify({ trusted: [alice], signature: both }), [signerAlice()]);
    assert.equal((await verify({ trusted: [alice, bob], signature: both })).length, 2);
  });

  it('refuses a changed image, whatever else is wrong', async () => {
    const image = Buffer.from(IMAGE);
    image[300_000] = (image[300_000] ?? 0) ^ 1;
    await refuses({ trusted: [alice], signature, image }, 'E_SIGNATURE_BAD', /does not match: the image/);
    await refuses({ trusted: [alice], signature, image: IMAGE.subarray(1) }, 'E_SIGNATURE_BAD', /match/);
  });

  it('names the key that is not trusted, and how to trust it', async () => {
    const message = new RegExp(`the key ${alice.fingerprint}, .* larder trust --prefix ${NAME} `);
    await refuses({ trusted: [], signature }, 'E_SIGNATURE_UNTRUSTED', message);
    await refuses({ trusted: [bob], signature }, 'E_SIGNATURE_UNTRUSTED', message);
    await refuses({ trusted: [alice], signature, scope: 'example.com/ap' }, 'E_SIGNATURE_UNTRUSTED', message);
  });

  it('refuses an expired signature', async () => {
    const expiring = await signOddly(IMAGE, alice, (packet) => {
      packet.signatureNeverExpires = false;
      packet.signatureExpirationTime = 3600;
    });
    const setting = { trusted: [alice], signature: expiring };
    await refuses(setting, 'E_SIGNATURE_EXPIRED', /by the key [0-9a-f]{40} has expired \(.*\); ask/);
    await verify({ ...setting, now: NOW - DAY });
  });

  it('refuses a key that has expired, even after it signed', async () => {
    const key = await makeKey('Carol', { keyExpirationTime: (9.5 * DAY) / 1000 });
    const setting = { trusted: [key], signature: await signDetached(IMAGE, [key]) };
    await refuses(setting, 'E_SIGNATURE_KEY_EXPIRED', /is by a key that has expired .*larder trust/);
    await verify({ ...setting, now: NOW - DAY });
  });

  it('refuses a revoked key, even if it was only retired after it signed', async () => {
    for (const flag of [enums.reasonForRevocation.keyCompromised, enums.reasonForRevocation.keyRetired]) {
      const key = await makeKey('Carol');
      const signed = await signDetached(IMAGE, [key]);
      const { publicKey } = await revokeKey({
        key: key.privateKey,
        reasonForRevocation: { flag },
        date: new Date(NOW - DAY / 2),
        format: 'object',
      });
      const setting = { trusted: [{ ...key, publicKey }], signature: signed };
      await refuses(setting, 'E_SIGNATURE_REVOKED', /revoked/);
    }
  });

  it('refuses weak algorithms', async () => {
    const rsa = await makeKey('Carol', { type: 'rsa', rsaBits: 2048 });
    for (const hash of [enums.hash.sha1, enums.hash.ripemd] as const) {
      const weak = await signOddly(IMAGE, rsa, (packet) => {
        packet.hashAlgorithm = hash;
      });
      await refuses({ trusted: [rsa], signature: weak }, 'E_SIGNATURE_WEAK', /too weak .*(?:SHA1|RIPEMD)/);
      const image = IMAGE.subarray(1);
      await refuses({ trusted: [rsa], signature: weak, image }, 'E_SIGNATURE_BAD', /does not match/);
    }
    const config = { minRSABits: 1024 };
    const short = await makeKey('Carol', { type: 'rsa', rsaBits: 1024, config });
    const signed = await signDetached(IMAGE, [short], { config });
    await refuses({ trusted: [short], signature: signed }, 'E_SIGNATURE_WEAK', /RSA keys shorter than 2047/);
  });

  it('refuses a signature from the future', async () => {
    const early = await signDetached(IMAGE, [alice], { date: NOW + DAY });
    await refuses(
      { trusted: [alice], signature: early },
      'E_SIGNATURE_BAD',
      /in the future; check the clock/,
    );
  });

  it('refuses a signature older than its key', async () => {
    const old = await signOddly(IMAGE, alice, (packet) => {
      packet.created = new Date(NOW - 20 * DAY);
    });
    await refuses({ trusted: [alice], signature: old }, 'E_SIGNATURE_BAD', /older than its key/);
  });

  it('says when the file cannot be read, and when it is told to stop', async () => {
    await refuses(
      { trusted: [alice], signature, signal: AbortSignal.abort() },
      'E_CANCELLED',
      /told to stop/,
    );
  });
});
