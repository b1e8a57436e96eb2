import type { PublicKey, SignaturePacket } from 'openpgp';
import { LarderError } from '../../domain/errors.ts';
import { printable, quote } from '../../domain/quote.ts';
import type { Signer } from '../../domain/record.ts';
import type { Host } from '../host.ts';
import { identitiesOf } from './inspect-keys.ts';
import type { Keystore } from './keystore.ts';
import { readPieces } from './read-pieces.ts';
import { readSignatures } from './read-signatures.ts';
import { refusalOf } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { SignatureVerifier, SignedImage } from './verifier.ts';

/** A signature by a key that is trusted for the image. */
interface Candidate {
  readonly packet: SignaturePacket;
  readonly key: PublicKey;
}

/** One that counts for nothing. */
interface Refused {
  readonly key: PublicKey;
  readonly refusal: Refusal;
}

interface Verdict {
  readonly key: PublicKey;
  /** Null when the signature is valid. */
  readonly refusal: Refusal | null;
}

/** Checks detached OpenPGP signatures (RFC 9580, 5.2) by the keys of a {@link Keystore}. */
export class OpenpgpVerifier implements SignatureVerifier {
  readonly #host: Host;
  readonly #keystore: Keystore;

  constructor(host: Host, keystore: Keystore) {
    this.#host = host;
    this.#keystore = keystore;
  }

  /**
   * One valid signature by a trusted key is enough, whatever other signatures are worth. The file is read once, in pieces.
   * @throws LarderError E_SIGNATURE_…, E_FILE, E_CANCELLED
   */
  async verify(image: SignedImage): Promise<readonly Signer[]> {
    const packets = await readSignatures(image.signature, image.from);
    const keys = await this.#keystore.trustedFor(image.name);
    const candidates = packets.flatMap((packet) => {
      const key = keys.find((trusted) => isIssuer(trusted, packet));
      return key === undefined ? [] : [{ packet, key }];
    });
    if (candidates.length === 0) throw untrusted(image, packets);

    const now = new Date(this.#host.clock.now());
    const verdicts = await this.#check(image, candidates, now);
    const refusals = verdicts.flatMap(({ key, refusal }) => (refusal === null ? [] : [{ key, refusal }]));
    const signers = new Set(verdicts.flatMap(({ key, refusal }) => (refusal === null ? [key] : [])));
    if (signers.size === 0) throw refused(image, refusals);
    return Promise.all([...signers].map((key) => signerOf(key, now)));
  }

  async #check(image: SignedImage, candidates: readonly Candidate[], now: Date): Promise<Verdict[]> {
    const { createMessage, PacketList, Signature, verify } = await import('openpgp');
    const signatures = new PacketList<SignaturePacket>();
    signatures.push(...candidates.map(({ packet }) => packet));
    return readPieces(this.#host, image.file, image.signal, async (pieces) => {
      const message = await createMessage({ binary: pieces });
      const checked = await verify({
        message,
        signature: new Signature(signatures),
        verificationKeys: candidates.map(({ key }) => key),
        date: now,
        format: 'binary',
      });
      const verdicts = Promise.all(
        candidates.map((candidate, i) => verdictOf(candidate, checked.signatures[i], now)),
      );
      // The signatures are checked while the data goes by, and the data goes by only while it is read.
      const reader = (checked.data as ReadableStream<Uint8Array>).getReader();
      while (!(await reader.read()).done);
      return verdicts;
    });
  }
}

async function verdictOf(
  { packet, key }: Candidate,
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

/** Whether a signature says that it is by this key. Key IDs alone can be made to collide. */
function isIssuer(key: PublicKey, { issuerKeyID, issuerFingerprint }: SignaturePacket): boolean {
  const fingerprint = issuerFingerprint && Buffer.from(issuerFingerprint).toString('hex');
  return key
    .getKeys()
    .some(
      (part) =>
        part.getKeyID().equals(issuerKeyID) &&
        (fingerprint === null || part.getFingerprint() === fingerprint),
    );
}

async function signerOf(key: PublicKey, now: Date): Promise<Signer> {
  const [identity = ''] = await identitiesOf(key, now);
  return { fingerprint: key.getFingerprint(), identity };
}

function untrusted({ name, from }: SignedImage, packets: readonly SignaturePacket[]): LarderError {
  const issuers = packets.map(({ issuerFingerprint, issuerKeyID }) =>
    issuerFingerprint ? Buffer.from(issuerFingerprint).toString('hex') : issuerKeyID.toHex(),
  );
  const keys = [...new Set(issuers)].join(', ');
  return new LarderError(
    'E_SIGNATURE_UNTRUSTED',
    `${quote(from)} is signed by the key ${keys}, which is not trusted for ${quote(name)}; if its publisher says that this is their key, trust it with: larder trust --prefix ${printable(name)} [KEY-URL|FILE].`,
    undefined,
    name,
  );
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

function refused({ from }: SignedImage, refusals: readonly Refused[]): LarderError {
  const rank = ({ refusal }: Refused): number => GRAVEST_FIRST.indexOf(refusal.code);
  const [first] = refusals.toSorted((a, b) => rank(a) - rank(b));
  if (first === undefined) throw new Error('signatures were neither accepted nor refused');
  const { code, why, next } = first.refusal;
  return new LarderError(
    code,
    `The signature of ${quote(from)} by the key ${first.key.getFingerprint()} ${why}; ${next}.`,
  );
}
