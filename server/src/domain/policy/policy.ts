/** An image policy as containers-policy.json(5) describes it, its file read and found valid. */
export interface Policy {
  /** For images that no scope is about; at least one requirement. */
  readonly default: readonly Requirement[];
  /** Transport (`docker`, `oci`, …) → scope → requirements. The empty scope is the transport's own default. */
  readonly transports: ReadonlyMap<string, ReadonlyMap<string, readonly Requirement[]>>;
}

/** All requirements of a list must be met. */
export type Requirement =
  { readonly type: 'insecureAcceptAnything' } | { readonly type: 'reject' } | SignedBy | SigstoreSigned;

/** One valid "simple signing" signature by one of the keys is enough. */
export interface SignedBy {
  readonly type: 'signedBy';
  /** Only `GPGKeys` can be checked, here and in containers/image. */
  readonly keyType: string;
  readonly keys: KeySource;
  readonly signedIdentity: SignedIdentity;
}

/** One valid sigstore signature. */
export interface SigstoreSigned {
  readonly type: 'sigstoreSigned';
  /** Null when keys are named by other means (Fulcio, PKI), which Larder does not check. */
  readonly keys: KeySource | null;
  /** What else the requirement asks for that Larder cannot check, by its key: `fulcio`, `rekorPublicKeyPath`. */
  readonly unsupported: readonly string[];
  readonly signedIdentity: SignedIdentity;
}

export type KeySource =
  | { readonly kind: 'paths'; readonly paths: readonly string[] }
  /** The keys themselves, decoded from base64. */
  | { readonly kind: 'data'; readonly data: Uint8Array };

/** Which name a signature must give to the image. */
export type SignedIdentity =
  | { readonly type: 'matchExact' }
  | { readonly type: 'matchRepoDigestOrExact' }
  | { readonly type: 'matchRepository' }
  | { readonly type: 'exactReference'; readonly dockerReference: string }
  | { readonly type: 'exactRepository'; readonly dockerRepository: string }
  | { readonly type: 'remapIdentity'; readonly prefix: string; readonly signedPrefix: string };
