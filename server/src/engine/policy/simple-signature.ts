import type { PublicKey, SignaturePacket } from 'openpgp';
import type { Signer } from '../../domain/record.ts';
import type { Refusal } from '../trust/refusal.ts';
import { isIssuer, issuerOf, signerOf, verdictOf } from '../trust/verdict.ts';
import { readPayload } from './signature-payload.ts';
import type { SignedClaim } from './signature-payload.ts';

/** Many times what a signer has to say, also after decompression. Bytes. */
const PAYLOAD_LIMIT = 1 << 18;

/** A signature that counts for nothing. */
export type Refused = Pick<Refusal, 'code' | 'why'>;

/** Who says what of an image. */
export interface VerifiedClaim {
  readonly signer: Signer;
  readonly claim: SignedClaim;
}

/**
 * Checks a "simple signing" signature (containers-signature(5)): an OpenPGP message signed by exactly one key, whose content says
 * which image it is about. Whether that is the image in question is for others to say.
 * @param bytes the message, binary
 * @param keys whose signature counts
 * @param now only keys count that are valid now
 */
export async function verifySimpleSignature(
  bytes: Uint8Array,
  keys: readonly PublicKey[],
  now: Date,
): Promise<VerifiedClaim | Refused> {
  const opened = await openMessage(bytes, keys, now);
  if ('code' in opened) return opened;
  const { enums } = await import('openpgp');
  const [signature, ...others] = opened.signatures;
  // Of several, containers/image takes none either.
  if (signature === undefined || others.length > 0) {
    return bad(`holds ${opened.signatures.length} signatures, and not one`);
  }
  const { packet } = signature;
  if (packet === undefined) return bad('is of a version of OpenPGP that Larder does not know');
  if (packet.signatureType !== enums.signature.binary) {
    return {
      code: 'E_SIGNATURE_WEAK',
      why: 'is not one over binary data, so that it does not protect every byte',
    };
  }
  const key = keys.find((candidate) => isIssuer(candidate, packet));
  if (key === undefined) {
    return {
      code: 'E_SIGNATURE_UNTRUSTED',
      why: `is by the key ${issuerOf(packet)}, which is not one of them`,
    };
  }
  const { refusal } = await verdictOf(packet, key, signature, now);
  if (refusal !== null) return { code: refusal.code, why: refusal.why };
  const claim = readPayload(opened.content);
  if ('wrong' in claim) return bad(`says nothing that counts, because ${claim.wrong}`);
  return { signer: await signerOf(key, now), claim };
}

/** A message whose signatures openpgp is checking. */
interface OpenedMessage {
  readonly content: Uint8Array;
  readonly signatures: readonly {
    readonly packet: SignaturePacket | undefined;
    readonly verified: Promise<true>;
  }[];
}

async function openMessage(
  bytes: Uint8Array,
  keys: readonly PublicKey[],
  now: Date,
): Promise<OpenedMessage | Refused> {
  const { readMessage, verify } = await import('openpgp');
  try {
    const message = await readMessage({
      binaryMessage: new Uint8Array(bytes),
      config: { maxDecompressedMessageSize: PAYLOAD_LIMIT },
    });
    const verificationKeys = [...keys];
    const checked = await verify({ message, verificationKeys, date: now, format: 'binary' });
    const checks = checked.signatures.map(async ({ signature, verified }) => {
      const [packet] = (await signature).packets;
      return { packet, verified };
    });
    return { content: checked.data as Uint8Array, signatures: await Promise.all(checks) };
  } catch (error) {
    return bad(`is no signed message of OpenPGP (${error instanceof Error ? error.message : String(error)})`);
  }
}

function bad(why: string): Refused {
  return { code: 'E_SIGNATURE_BAD', why };
}
