import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readSignature } from 'openpgp';
import { graveness, isIssuer, issuerOf, verdictOf } from '../../../server/src/engine/trust/verdict.ts';
import { NOW } from '../store/fixture.ts';
import { makeKey, signDetached } from './keys.ts';

describe('what a signature is worth', () => {
  it('is for its key to say, which it names', async () => {
    const [alice, bob] = await Promise.all([makeKey('Alice'), makeKey('Bob')]);
    const signature = await readSignature({
      binarySignature: await signDetached(Buffer.from('content'), [alice]),
    });
    const [packet] = signature.packets;
    assert.ok(packet);
    assert.equal(issuerOf(packet), alice.fingerprint);
    assert.ok(isIssuer(alice.publicKey, packet));
    assert.ok(!isIssuer(bob.publicKey, packet));
    packet.issuerFingerprint = Buffer.from(bob.fingerprint, 'hex');
    assert.ok(!isIssuer(alice.publicKey, packet), 'a key ID alone is not enough');

    const now = new Date(NOW);
    const unchecked = await verdictOf(packet, alice.publicKey, undefined, now);
    assert.equal(unchecked.refusal?.code, 'E_SIGNATURE_BAD');
    const checked = await verdictOf(packet, alice.publicKey, { verified: Promise.resolve(true) }, now);
    assert.equal(checked.refusal, null);
  });

  it('is told first where it looks most like an attack', () => {
    const codes = ['E_SIGNATURE_UNTRUSTED', 'E_SIGNATURE_WEAK', 'E_SIGNATURE_BAD'] as const;
    const order = codes.toSorted((a, b) => graveness({ code: a }) - graveness({ code: b }));
    assert.deepEqual(order, ['E_SIGNATURE_BAD', 'E_SIGNATURE_WEAK', 'E_SIGNATURE_UNTRUSTED']);
  });
});
