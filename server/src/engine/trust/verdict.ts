import type { PublicKey, SignaturePacket } from 'openpgp';
import type { Signer } from '../../domain/record.ts';
import { identitiesOf } from './inspect-keys.ts';
import { refusalOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** What a signature is worth that names a trusted key. */
export interface Verdict {
  readonly key: PublicKey;
  /** Null when the signature is valid. */
  readonly refusal: Refusal | null;
}

/** Whether a signature says that it is by this key. Key IDs alone can be made to collide. */
export function isIssuer(key: PublicKey, { issuerKeyID, issuerFingerprint }: SignaturePacket): boolean {
  const fingerprint = issuerFingerprint && Buffer.from(issuerFingerprint).toString('hex');
  return key
    .getKeys()
    .some(
      (part) =>
        part.getKeyID().equals(issuerKeyID) &&
        (fingerprint === null || part.getFingerprint() === fingerprint),
    );
}

/** The key that a signature says it is by: its fingerprint, or its ID where that is all there is. */
export function issuerOf({ issuerFingerprint, issuerKeyID }: SignaturePacket): string {
  return issuerFingerprint ? Buffer.from(issuerFingerprint).toString('hex') : issuerKeyID.toHex();
}

/**
 * @param key the key that the signature is by
 * @param result what openpgp makes of it; undefined when it made nothing
 */
export async function verdictOf(
  packet: SignaturePacket,
  key: PublicKey,
  result: { readonly verified: Promise<true> } | undefined,
  now: Date,
): Promise<Verdict> {
  try {
    if (result === undefined) throw new Error('openpgp did not check it');
    await result.verified;
    // openpgp asks whether the key was valid when it signed. A key may say itself when that was, so that one that has expired
    // or was revoked since must not count.
    await key.getSigningKey(packet.issuerKeyID, now);
    return { key, refusal: null };
  } catch (error) {
    return { key, refusal: refusalOf(error) };
  }
}

export async function signerOf(key: PublicKey, now: Date): Promise<Signer> {
  const [identity = ''] = await identitiesOf(key, now);
  return { fingerprint: key.getFingerprint(), identity };
}

/** What looks most like an attack is told first. */
const GRAVEST_FIRST: readonly Refusal['code'][] = [
  'E_SIGNATURE_BAD',
  'E_SIGNATURE_REVOKED',
  'E_SIGNATURE_KEY_EXPIRED',
  'E_SIGNATURE_EXPIRED',
  'E_SIGNATURE_WEAK',
  'E_SIGNATURE_UNSUPPORTED',
];

/** Where a refusal stands among several: a lower number is told first. Those that no key is to blame for come last. */
export function graveness({ code }: Pick<Refusal, 'code'>): number {
  const index = GRAVEST_FIRST.indexOf(code);
  return index < 0 ? GRAVEST_FIRST.length : index;
}
