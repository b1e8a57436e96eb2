import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { enums } from 'openpgp';
import { readSignatures, SIGNATURE_LIMIT } from '../../../server/src/engine/trust/read-signatures.ts';
import { makeKey, signDetached, signOddly } from './keys.ts';
import type { KeyPair } from './keys.ts';

const IMAGE = randomBytes(100);

describe('readSignatures', () => {
  let alice: KeyPair;
  before(async () => {
    alice = await makeKey('Alice');
  });
  const refuses = (bytes: Uint8Array, code: string, message: RegExp): Promise<void> =>
    assert.rejects(readSignatures(bytes, './app.aci'), { code, message });

  it('reads armored and binary signatures', async () => {
    for (const format of ['armored', 'binary'] as const) {
      const signature = await signDetached(IMAGE, [alice, alice], { format });
      assert.equal((await readSignatures(signature, 'x')).length, 2);
    }
  });

  it('refuses what is no signature', async () => {
    const [html, key] = [Buffer.from('<html>Not found</html>'), Buffer.from(alice.publicKey.armor())];
    for (const bytes of [Buffer.of(), html, key, Buffer.from([0xff, 0xff, 1])]) {
      await refuses(bytes, 'E_SIGNATURE_BAD', /signature of "\.\/app\.aci" is no OpenPGP signature \(/);
    }
    await refuses(Buffer.alloc(SIGNATURE_LIMIT + 1), 'E_SIGNATURE_BAD', /262145 bytes/);
  });

  it('says when there is nothing in it', () =>
    refuses(Buffer.of(), 'E_SIGNATURE_BAD', /is no OpenPGP signature \(it is empty\)/));

  it('refuses more signatures than anybody makes', async () => {
    const one = await signDetached(IMAGE, [alice]);
    await refuses(Buffer.concat(Array<Uint8Array>(17).fill(one)), 'E_SIGNATURE_BAD', /holds 17 signatures/);
  });

  it('refuses signatures that leave bytes out', async () => {
    for (const type of [enums.signature.text, enums.signature.standalone, enums.signature.timestamp]) {
      const signature = await signOddly(IMAGE, alice, (packet) => {
        packet.signatureType = type;
      });
      await refuses(signature, 'E_SIGNATURE_WEAK', /does not protect every byte/);
    }
  });

  it('refuses a version that it does not know', async () => {
    const signature = Buffer.from(await signDetached(IMAGE, [alice]));
    // After the packet's header: a tag, and a length in one byte.
    assert.equal(signature[2], 4, 'the version');
    signature[2] = 9;
    await refuses(signature, 'E_SIGNATURE_UNSUPPORTED', /version of OpenPGP/);
  });
});
