import type { PublicKey } from 'openpgp';
import { LarderError } from '../../domain/errors.ts';
import type { KeySource, SignedBy, SignedIdentity } from '../../domain/policy/policy.ts';
import { satisfies } from '../../domain/policy/signed-identity.ts';
import { quote } from '../../domain/quote.ts';
import { familiarName } from '../../domain/reference.ts';
import type { DockerReference } from '../../domain/reference.ts';
import type { Signer } from '../../domain/record.ts';
import type { Host } from '../host.ts';
import { readPublicKeys } from '../trust/public-keys.ts';
import { readKeyFile } from '../trust/read-key.ts';
import { graveness } from '../trust/verdict.ts';
import type { SignedClaim } from './signature-payload.ts';
import { verifySimpleSignature } from './simple-signature.ts';
import type { Refused } from './simple-signature.ts';

/** More reasons than this are counted and not told. */
const TOLD = 3;

/** An image, and the signatures that stand beside its registry. */
export interface SignedImage {
  /** What was asked for, with a tag or a digest. */
  readonly reference: DockerReference;
  /** SHA-256 of the manifest. */
  readonly digest: string;
  readonly signatures: readonly Uint8Array[];
  /** Where they are, for messages; null when nobody says where. */
  readonly from: string | null;
}

/** Why a signature does not count, by its number among them. */
interface NumberedRefusal {
  readonly number: number;
  readonly refused: Refused;
}

/**
 * Whether an image is signed as a requirement asks (containers-policy.json(5), "signedBy"): one signature that counts is enough.
 * @param asks who asks for what, as it reads between the image's name and a colon
 * @returns who signed it: everyone whose signature counts
 * @throws LarderError E_SIGNATURE_…; E_KEY, E_FILE, E_TOO_LARGE when the keys cannot be read
 */
export async function checkSignedBy(
  host: Host,
  { keys, signedIdentity }: SignedBy,
  image: SignedImage,
  asks: string,
): Promise<Signer[]> {
  const { reference, signatures, from } = image;
  const name = quote(familiarName(reference));
  if (signatures.length === 0) {
    const place =
      from === null ? 'no place is configured for signatures' : `there is no signature at ${quote(from)}`;
    throw new LarderError(
      'E_SIGNATURE_MISSING',
      `${name} ${asks}: ${place}; ask its publisher where its signatures are, and name that place in registries.d.`,
    );
  }
  const publicKeys = await loadKeys(host, keys);
  const now = new Date(host.clock.now());
  const signers: Signer[] = [];
  const refusals: NumberedRefusal[] = [];
  for (const [index, bytes] of signatures.entries()) {
    const verified = await verifySimpleSignature(bytes, publicKeys, now);
    const refused = 'code' in verified ? verified : misfit(verified.claim, signedIdentity, image);
    if (refused !== null) refusals.push({ number: index + 1, refused });
    else if ('signer' in verified) signers.push(verified.signer);
  }
  if (signers.length === 0) throw refusedAll(`${name} ${asks}`, refusals);
  return signers;
}

/** Why a valid signature is not about this image; null when it is. */
function misfit(
  claim: SignedClaim,
  identity: SignedIdentity,
  { digest, reference }: SignedImage,
): Refused | null {
  const { manifestDigest, dockerReference } = claim;
  if (manifestDigest !== digest) {
    return {
      code: 'E_SIGNATURE_BAD',
      why: `is for the digest ${quote(manifestDigest)}, and this is ${digest}`,
    };
  }
  if (satisfies(identity, reference, dockerReference)) return null;
  return { code: 'E_SIGNATURE_BAD', why: `is for the name ${quote(dockerReference)}` };
}

async function loadKeys(host: Host, source: KeySource): Promise<PublicKey[]> {
  if (source.kind === 'data') return readPublicKeys(source.data, '"keyData" of the image policy');
  const files = source.paths.map(async (path) => readPublicKeys(await readKeyFile(host, path), quote(path)));
  return (await Promise.all(files)).flat();
}

function refusedAll(sentence: string, refusals: readonly NumberedRefusal[]): LarderError {
  const gravest = refusals.toSorted((a, b) => graveness(a.refused) - graveness(b.refused));
  const [first] = gravest;
  if (first === undefined) throw new Error('signatures were neither accepted nor refused');
  const told = gravest.slice(0, TOLD).map(({ number, refused }) => `signature ${number} ${refused.why}`);
  const more = gravest.length > TOLD ? `; ${gravest.length - TOLD} more do not count either` : '';
  return new LarderError(
    first.refused.code,
    `${sentence}: ${told.join('; ')}${more}; ask its publisher for a signature that counts.`,
  );
}
