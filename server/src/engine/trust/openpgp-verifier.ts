import type { PublicKey, SignaturePacket } from 'openpgp';
import { LarderError } from '../../domain/errors.ts';
import { printable, quote } from '../../domain/quote.ts';
import type { Signer } from '../../domain/record.ts';
import type { Host } from '../host.ts';
import type { Keystore } from './keystore.ts';
import { readPieces } from './read-pieces.ts';
import { readSignatures } from './read-signatures.ts';
import type { Refusal } from './refusal.ts';
import { graveness, isIssuer, issuerOf, signerOf, verdictOf } from './verdict.ts';
import type { Verdict } from './verdict.ts';
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
        candidates.map(({ packet, key }, i) => verdictOf(packet, key, checked.signatures[i], now)),
      );
      // The signatures are checked while the data goes by, and the data goes by only while it is read.
      const reader = (checked.data as ReadableStream<Uint8Array>).getReader();
      while (!(await reader.read()).done);
      return verdicts;
    });
  }
}

function untrusted({ name, from }: SignedImage, packets: readonly SignaturePacket[]): LarderError {
  const keys = [...new Set(packets.map(issuerOf))].join(', ');
  return new LarderError(
    'E_SIGNATURE_UNTRUSTED',
    `${quote(from)} is signed by the key ${keys}, which is not trusted for ${quote(name)}; if its publisher says that this is their key, trust it with: larder trust --prefix ${printable(name)} [KEY-URL|FILE].`,
    undefined,
    name,
  );
}

function refused({ from }: SignedImage, refusals: readonly Refused[]): LarderError {
  const [first] = refusals.toSorted((a, b) => graveness(a.refusal) - graveness(b.refusal));
  if (first === undefined) throw new Error('signatures were neither accepted nor refused');
  const { code, why, next } = first.refusal;
  return new LarderError(
    code,
    `The signature of ${quote(from)} by the key ${first.key.getFingerprint()} ${why}; ${next}.`,
  );
}
