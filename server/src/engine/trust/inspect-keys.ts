import type { AlgorithmInfo, PublicKey } from 'openpgp';
import type { ErrorCode } from '../../domain/errors.ts';
import { readPublicKeys } from './public-keys.ts';
import { refusalOf } from './refusal.ts';

/** A public key as people judge it, and as it is kept. */
export interface InspectedKey {
  /** Of the primary key, in lower-case hexadecimal. */
  readonly fingerprint: string;
  /** Fingerprints of its subkeys: a signature may be by one of them. */
  readonly subkeys: readonly string[];
  /** The user IDs that the key itself certifies; anybody may write anything there. */
  readonly identities: readonly string[];
  /** Milliseconds since the epoch. */
  readonly created: number;
  /** Milliseconds since the epoch; null for never. */
  readonly expires: number | null;
  /** `RSA 4096`, `Ed25519` … */
  readonly algorithm: string;
  /** Why signatures by it would be refused today, as it reads after "because"; null when they would not. */
  readonly problem: string | null;
  /** The key itself, armored. */
  readonly armored: string;
}

/**
 * Reads public keys, for showing them before they are trusted.
 * @param bytes armored or binary
 * @param origin where they are from, for messages
 * @param now milliseconds since the epoch
 * @throws LarderError E_KEY, E_TOO_LARGE
 */
export async function inspectKeys(bytes: Uint8Array, origin: string, now: number): Promise<InspectedKey[]> {
  const keys = await readPublicKeys(bytes, origin);
  return Promise.all(keys.map((key) => inspectKey(key, now)));
}

/** The user IDs that a key itself certifies. Others may be added by anybody through whose hands it goes. */
export async function identitiesOf(key: PublicKey, now: Date): Promise<string[]> {
  const users = await key.verifyAllUsers(undefined, now);
  return [...new Set(users.filter(({ valid }) => valid === true).map(({ userID }) => userID))];
}

/** @param now milliseconds since the epoch */
export async function inspectKey(key: PublicKey, now: number): Promise<InspectedKey> {
  const expires = await key.getExpirationTime();
  return {
    fingerprint: key.getFingerprint(),
    subkeys: key.subkeys.map((subkey) => subkey.getFingerprint()),
    identities: await identitiesOf(key, new Date(now)),
    created: key.getCreationTime().getTime(),
    expires: expires instanceof Date ? expires.getTime() : null,
    algorithm: algorithmName(key.getAlgorithmInfo()),
    problem: await problemOf(key, new Date(now)),
    armored: key.armor(),
  };
}

async function problemOf(key: PublicKey, now: Date): Promise<string | null> {
  try {
    await key.getSigningKey(undefined, now);
    return null;
  } catch (error) {
    return PROBLEMS[refusalOf(error).code] ?? 'it is not made for signing';
  }
}

const PROBLEMS: Readonly<Partial<Record<ErrorCode, string>>> = {
  E_SIGNATURE_REVOKED: 'its owner has revoked it',
  E_SIGNATURE_KEY_EXPIRED: 'it has expired',
  E_SIGNATURE_WEAK: 'its algorithm is too weak to prove anything',
  E_SIGNATURE_UNSUPPORTED: 'it is of a kind that Larder does not support',
};

const NAMES: Readonly<Record<string, string>> = {
  rsaEncryptSign: 'RSA',
  rsaSign: 'RSA',
  ecdsa: 'ECDSA',
  dsa: 'DSA',
  ed25519: 'Ed25519',
  ed25519Legacy: 'Ed25519',
  ed448: 'Ed448',
};

function algorithmName({ algorithm, bits, curve }: AlgorithmInfo): string {
  const name = NAMES[curve ?? ''] ?? NAMES[algorithm] ?? algorithm;
  const size = bits ?? (NAMES[curve ?? ''] === undefined ? curve : undefined);
  return size === undefined ? name : `${name} ${size}`;
}
