import type { Signer } from '../../domain/record.ts';

/** A signed image, not yet in the store. */
export interface SignedImage {
  /** The image's name (appc), which decides whose keys are trusted for it. */
  readonly name: string;
  /** What the user asked for: a path, a URL or a name; for messages. */
  readonly from: string;
  /**
   * Path of the ACI exactly as it was served, compressed where it came compressed: the signature is over these bytes
   * (appc/spec, aci.md, "Image Archives"; rkt checks the same).
   */
  readonly file: string;
  /** The detached signature, armored or binary. */
  readonly signature: Uint8Array;
  readonly signal: AbortSignal;
}

/** Says who signed an image. */
export interface SignatureVerifier {
  /**
   * @returns who signed it and is trusted for its name: at least one
   * @throws LarderError E_SIGNATURE_BAD, E_SIGNATURE_UNTRUSTED
   */
  verify(image: SignedImage): Promise<readonly Signer[]>;
}
