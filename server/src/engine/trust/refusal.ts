import type { ErrorCode } from '../../domain/errors.ts';

/** Why a signature or a key counts for nothing. */
export interface Refusal {
  readonly code: Extract<ErrorCode, `E_SIGNATURE_${string}`>;
  /** As it reads after "the signature" or "the key": what is wrong, without a full stop. */
  readonly why: string;
  /** What to do next. */
  readonly next: string;
}

interface Meaning extends Refusal {
  readonly said: RegExp;
}

const SIGN_ANEW = 'ask its publisher to sign it again with a current key and SHA-256 or better';

/**
 * What openpgp says, of which it has nothing but sentences, and what that means. Telling a manipulated image from a mere
 * formality comes first: openpgp checks it first, and so it is what a user learns first.
 */
const MEANINGS: readonly Meaning[] = [
  {
    said: /Signed digest did not match|Signature verification failed|does not match issuer key algorithm|not issued by the given/,
    code: 'E_SIGNATURE_BAD',
    why: 'does not match: the image or the signature was changed, or they do not belong together',
    next: 'do not use this image; get both again, and tell its publisher if that does not help',
  },
  {
    said: /creation time is in the future/,
    code: 'E_SIGNATURE_BAD',
    why: 'is dated in the future',
    next: 'check the clock of this machine, and ask the publisher if it is right',
  },
  {
    said: /newer than the signature/,
    code: 'E_SIGNATURE_BAD',
    why: 'is older than its key',
    next: SIGN_ANEW,
  },
  {
    said: /revoked/i,
    code: 'E_SIGNATURE_REVOKED',
    why: 'is by a key that its owner has revoked',
    next: 'ask its publisher for a signature by a valid key',
  },
  {
    said: /key is expired/i,
    code: 'E_SIGNATURE_KEY_EXPIRED',
    why: 'is by a key that has expired',
    next: 'get the extended key from its publisher and trust that one with larder trust',
  },
  {
    said: /Signature is expired/,
    code: 'E_SIGNATURE_EXPIRED',
    why: 'has expired',
    next: 'ask its publisher for a new one',
  },
  {
    said: /Insecure (?:message )?hash|too weak|bits are considered|is disabled/i,
    code: 'E_SIGNATURE_WEAK',
    why: 'is made with an algorithm that is too weak to prove anything',
    next: SIGN_ANEW,
  },
  {
    said: /eckey-utils|unsupported|unknown|not supported|does not support|invalid curve|invalid enum/i,
    code: 'E_SIGNATURE_UNSUPPORTED',
    why: 'uses a kind of key or a feature of OpenPGP that Larder does not support',
    next: 'ask its publisher to sign it with an RSA, Ed25519 or NIST key',
  },
];

/** Makes sense of what openpgp throws at a signature or at a key that may have made it. */
export function refusalOf(error: unknown): Refusal {
  const said = error instanceof Error ? error.message : String(error);
  const meaning = MEANINGS.find((candidate) => candidate.said.test(said));
  if (meaning === undefined)
    return { code: 'E_SIGNATURE_BAD', why: `is not valid: ${said}`, next: SIGN_ANEW };
  const { code, why, next } = meaning;
  return { code, why: code === 'E_SIGNATURE_BAD' ? why : `${why} (${plain(said)})`, next };
}

/** A module that is missing says nothing about a curve to whoever reads it. */
function plain(said: string): string {
  return said.includes('eckey-utils') ? 'a brainpool or secp256k1 curve' : said;
}
