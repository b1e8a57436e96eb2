import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { SignedBy, SignedIdentity } from '../../../server/src/domain/policy/policy.ts';
import { parseReference } from '../../../server/src/domain/reference.ts';
import { checkSignedBy } from '../../../server/src/engine/policy/signed-by.ts';
import type { SignedImage } from '../../../server/src/engine/policy/signed-by.ts';
import { sha256, testHost } from '../store/fixture.ts';
import { makeKey } from '../trust/keys.ts';
import type { KeyPair } from '../trust/keys.ts';
import { payload, signMessage } from './signing.ts';

const DIGEST = sha256('manifest');

describe('checkSignedBy', () => {
  let alice: KeyPair;
  let bob: KeyPair;
  before(async () => {
    [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
  });
  const requirement = (signedIdentity: SignedIdentity): SignedBy => ({
    type: 'signedBy',
    keyType: 'GPGKeys',
    keys: { kind: 'data', data: Buffer.concat([alice.publicKey.write(), bob.publicKey.write()]) },
    signedIdentity,
  });
  const image = (signatures: readonly Uint8Array[], from: string | null = 'file:///sigs'): SignedImage => ({
    reference: parseReference('a/b:1'),
    digest: DIGEST,
    signatures,
    from,
  });
  const check = (identity: SignedIdentity, signed: SignedImage): ReturnType<typeof checkSignedBy> =>
    checkSignedBy(testHost(), requirement(identity), signed, 'is not what it should be');

  it('counts everyone whose signature counts', async () => {
    const signatures = [
      await signMessage(payload('a/b:1', DIGEST), [bob]),
      await signMessage(payload('a/b:2', DIGEST), [alice]),
    ];
    const fingerprints = async (identity: SignedIdentity): Promise<string[]> =>
      (await check(identity, image(signatures))).map(({ fingerprint }) => fingerprint);
    assert.deepEqual(await fingerprints({ type: 'matchExact' }), [bob.fingerprint]);
    assert.deepEqual(await fingerprints({ type: 'matchRepository' }), [bob.fingerprint, alice.fingerprint]);
  });

  it('compares the digest before the name', async () => {
    const signature = await signMessage(payload('other:2', sha256('other')), [alice]);
    await assert.rejects(check({ type: 'matchExact' }, image([signature])), {
      code: 'E_SIGNATURE_BAD',
      message: new RegExp(
        `^"a/b:1" is not what it should be: signature 1 is for the digest "${sha256('other')}"`,
      ),
    });
  });

  it('says where it has looked', async () => {
    const missing = { code: 'E_SIGNATURE_MISSING' };
    const exact: SignedIdentity = { type: 'matchExact' };
    await assert.rejects(check(exact, image([])), {
      ...missing,
      message: /no signature at "file:\/\/\/sigs"/,
    });
    await assert.rejects(check(exact, image([], null)), { ...missing, message: /no place is configured/ });
  });
});
