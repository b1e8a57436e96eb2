import { LarderError } from '../../domain/errors.ts';
import type { Signer } from '../../domain/record.ts';
import type { SignatureVerifier, SignedImage } from '../trust/verifier.ts';
import type { SignatureOrigin } from './signature.ts';

/** A signature that was asked for before its image: `later` when it was not ready yet, undefined when nobody asked. */
export type EarlySignature = Uint8Array | 'later' | undefined;

/** Requires signatures of ACIs, unless told not to (behaviour.md §6). */
export class Signatures {
  readonly #verifier: SignatureVerifier;
  readonly #insecure: boolean;

  /** @param insecure `--insecure-options=image`: no signature is asked for */
  constructor(verifier: SignatureVerifier, insecure: boolean) {
    this.#verifier = verifier;
    this.#insecure = insecure;
  }

  /** Asks for a signature before its image is downloaded: without one, the rest would be for nothing. */
  async early(origin: SignatureOrigin, signal: AbortSignal): Promise<EarlySignature> {
    if (this.#insecure) return undefined;
    return origin.read(signal);
  }

  /**
   * @returns who signed the image; nobody when signatures are not required
   * @throws LarderError E_SIGNATURE_…
   */
  async verify(
    image: Omit<SignedImage, 'signature'>,
    origin: SignatureOrigin,
    early: EarlySignature,
  ): Promise<readonly Signer[]> {
    if (this.#insecure) return [];
    const signature = early instanceof Uint8Array ? early : await origin.read(image.signal);
    if (signature !== 'later') return this.#verifier.verify({ ...image, signature });
    throw new LarderError(
      'E_SIGNATURE_MISSING',
      `The image from ${image.from} has no signature yet: its server is still making it; try again later.`,
    );
  }
}
