import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { createMessage, enums, generateKey, revokeKey } from 'openpgp';
import type { PublicKey } from 'openpgp';
import { verifySimpleSignature } from '../../../server/src/engine/policy/simple-signature.ts';
import { NOW } from '../store/fixture.ts';
import { DAY, makeKey, signDetached } from '../trust/keys.ts';
import type { KeyPair } from '../trust/keys.ts';
import { payload, signMessage } from './signing.ts';

const CONTENT = payload('a/b:1', 'sha256:1');
const CLAIM = { manifestDigest: 'sha256:1', dockerReference: 'a/b:1' };

describe('verifySimpleSignature', () => {
  let alice: KeyPair;
  let bob: KeyPair;
  before(async () => {
    [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
  });
  const verify = (bytes: Uint8Array, keys: readonly PublicKey[]): ReturnType<typeof verifySimpleSignature> =>
    verifySimpleSignature(bytes, keys, new Date(NOW));
  const refuses = async (
    bytes: Uint8Array,
    keys: readonly PublicKey[],
    code: string,
    why: RegExp,
  ): Promise<void> => {
    const refused = await verify(bytes, keys);
    assert.ok('code' in refused, 'it was accepted');
    assert.equal(refused.code, code);
    assert.match(refused.why, why);
  };

  it('says who signed, and what', async () => {
    const message = await signMessage(CONTENT, [bob]);
    const signer = { fingerprint: bob.fingerprint, identity: 'Bob <bob@example.com>' };
    assert.deepEqual(await verify(message, [alice.publicKey, bob.publicKey]), { signer, claim: CLAIM });
    const config = { preferredCompressionAlgorithm: enums.compression.zlib };
    const compressed = await signMessage(CONTENT, [bob], { config });
    assert.deepEqual(await verify(compressed, [bob.publicKey]), { signer, claim: CLAIM });
  });

  it('refuses one by another key', async () => {
    const message = await signMessage(CONTENT, [alice]);
    await refuses(
      message,
      [bob.publicKey],
      'E_SIGNATURE_UNTRUSTED',
      new RegExp(`is by the key ${alice.fingerprint}`),
    );
    await refuses(message, [], 'E_SIGNATURE_UNTRUSTED', /is by the key/);
  });

  it('refuses one whose content or signature was changed', async () => {
    const message = await signMessage(CONTENT, [alice]);
    for (const at of [message.indexOf('sha256:1'), message.indexOf('a/b:1'), message.length - 1]) {
      const changed = Buffer.from(message);
      changed[at] = (changed[at] ?? 0) ^ 1;
      await refuses(changed, [alice.publicKey], 'E_SIGNATURE_BAD', /does not match|is not valid/);
    }
  });

  it('never takes a message that was cut or changed anywhere', async () => {
    const message = await signMessage(CONTENT, [alice]);
    for (let at = 0; at < message.length; at++) {
      assert.ok('code' in (await verify(message.subarray(0, at), [alice.publicKey])), `cut at ${at}`);
    }
    for (let at = 0; at < message.length; at += 3) {
      const changed = Buffer.from(message);
      changed[at] = (changed[at] ?? 0) ^ 0x41;
      const verified = await verify(changed, [alice.publicKey]);
      // Some bytes say nothing: what the signature does not cover, such as a date beside the content.
      if ('claim' in verified) assert.deepEqual(verified.claim, CLAIM, `changed at ${at}`);
    }
  });

  it('refuses messages without a signature, with several, and detached signatures', async () => {
    const both = [alice.publicKey, bob.publicKey];
    const unsigned = (await createMessage({ binary: Buffer.from(CONTENT) })).write() as Uint8Array;
    await refuses(unsigned, both, 'E_SIGNATURE_BAD', /holds 0 signatures/);
    await refuses(await signMessage(CONTENT, [alice, bob]), both, 'E_SIGNATURE_BAD', /holds 2 signatures/);
    const detached = await signDetached(Buffer.from(CONTENT), [alice]);
    await refuses(detached, both, 'E_SIGNATURE_BAD', /is no signed message of OpenPGP/);
    await refuses(Buffer.from('garbage'), both, 'E_SIGNATURE_BAD', /is no signed message of OpenPGP/);
    const twice = Buffer.concat([await signMessage(CONTENT, [alice]), await signMessage('{}', [alice])]);
    await refuses(twice, both, 'E_SIGNATURE_BAD', /is no signed message of OpenPGP/);
  });

  it('refuses a compressed message that grows beyond measure', async () => {
    // A packet of compressed data (RFC 9580, 5.6) of indeterminate length, ZIP.
    const bomb = Buffer.concat([Buffer.of(0xa3, 1), deflateRawSync(Buffer.alloc(64 << 20))]);
    await refuses(bomb, [alice.publicKey], 'E_SIGNATURE_BAD', /Maximum decompressed message size/);
  });

  it('refuses keys that have expired or were revoked since, and dates in the future', async () => {
    const lasting = { keyExpirationTime: (9.5 * DAY) / 1000 };
    const expired = await makeKey('Expired', lasting);
    await refuses(
      await signMessage(CONTENT, [expired]),
      [expired.publicKey],
      'E_SIGNATURE_KEY_EXPIRED',
      /has expired/,
    );
    const { publicKey } = await revokeKey({
      key: alice.privateKey,
      date: new Date(NOW - DAY / 2),
      format: 'object',
    });
    await refuses(await signMessage(CONTENT, [alice]), [publicKey], 'E_SIGNATURE_REVOKED', /has revoked/);
    const early = await signMessage(CONTENT, [alice], { date: NOW + DAY });
    await refuses(early, [alice.publicKey], 'E_SIGNATURE_BAD', /is dated in the future/);
  });

  it('refuses what is signed and says nothing that counts', async () => {
    await refuses(
      await signMessage('{}', [alice]),
      [alice.publicKey],
      'E_SIGNATURE_BAD',
      /because its content has no key/,
    );
    await refuses(
      await signMessage(Buffer.of(0xff), [alice]),
      [alice.publicKey],
      'E_SIGNATURE_BAD',
      /is not UTF-8/,
    );
  });

  it('takes a subkey for its key', async () => {
    const options = { userIDs: [{ name: 'Sub' }], subkeys: [{ sign: true }], date: new Date(NOW - 10 * DAY) };
    const key = await generateKey({ type: 'ecc', curve: 'ed25519Legacy', format: 'object', ...options });
    const verified = await verify(await signMessage(CONTENT, [key]), [key.publicKey]);
    assert.ok('signer' in verified);
    assert.deepEqual(verified.signer, { fingerprint: key.publicKey.getFingerprint(), identity: 'Sub' });
  });
});
