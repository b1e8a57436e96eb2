import type { Signature, SignaturePacket } from 'openpgp';
import { LarderError } from '../../domain/errors.ts';
import { quote } from '../../domain/quote.ts';
import { armorText, isArmored } from './armor.ts';

/** Many times what a few signatures need. Bytes. */
export const SIGNATURE_LIMIT = 1 << 18;
/** Each signature by a trusted key is hashed for itself. */
const MOST = 16;

/**
 * Reads detached signatures over files, armored or binary. Only binary ones are taken: one in text mode leaves line ends out
 * (RFC 9580, 5.2.1.2), and a signature that is over no document at all would fit any image.
 * @param from what was signed, for messages
 * @throws LarderError E_SIGNATURE_BAD, E_SIGNATURE_WEAK, E_SIGNATURE_UNSUPPORTED
 */
export async function readSignatures(bytes: Uint8Array, from: string): Promise<SignaturePacket[]> {
  const { enums, SignaturePacket: Packet } = await import('openpgp');
  const packets = (await parse(bytes, from)).packets.filter((packet) => packet instanceof Packet);
  if (packets.length === 0) {
    throw new LarderError(
      'E_SIGNATURE_UNSUPPORTED',
      `The signature of ${quote(from)} is of a version of OpenPGP that Larder does not know; ask its publisher for one that gpg --detach-sign makes.`,
    );
  }
  if (packets.length > MOST) {
    throw new LarderError(
      'E_SIGNATURE_BAD',
      `The signature file of ${quote(from)} holds ${packets.length} signatures, and more than ${MOST} are not read; ask its publisher for fewer.`,
    );
  }
  const binary = packets.filter(({ signatureType }) => signatureType === enums.signature.binary);
  if (binary.length > 0) return binary;
  throw new LarderError(
    'E_SIGNATURE_WEAK',
    `The signature of ${quote(from)} is not one over a binary file, so it does not protect every byte; ask its publisher for one made with gpg --detach-sign and without --textmode.`,
  );
}

async function parse(bytes: Uint8Array, from: string): Promise<Signature> {
  const { readSignature } = await import('openpgp');
  try {
    if (bytes.length === 0) throw new Error('it is empty');
    if (bytes.length > SIGNATURE_LIMIT) throw new Error(`it has ${bytes.length} bytes`);
    return await (isArmored(bytes)
      ? readSignature({ armoredSignature: armorText(bytes) })
      : readSignature({ binarySignature: new Uint8Array(bytes) }));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LarderError(
      'E_SIGNATURE_BAD',
      `What should be the signature of ${quote(from)} is no OpenPGP signature (${why}); check what its publisher serves or hands out there.`,
      error,
    );
  }
}
