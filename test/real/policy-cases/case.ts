/** A policy and an image, and what skopeo and Larder make of them. */
import type { ErrorCode } from '../../../server/src/domain/errors.ts';

/** What a case may speak of. */
export interface Names {
  /** `127.0.0.1:PORT`. */
  readonly registry: string;
  readonly port: string;
  /** Path of the file with a key. */
  readonly key: (name: string) => string;
  /** The key itself in base64, armored. */
  readonly keyData: (name: string) => string;
  /** Of most images. */
  readonly digest: string;
  /** URL of the usual lookaside. */
  readonly lookaside: string;
  /** URL of a web server that has the signatures of `alice:1`, and denies what is under `/denied`. */
  readonly web: string;
}

export interface Case {
  readonly what: string;
  /** `alice:1` in the registry; or a whole reference. */
  readonly image: string | ((names: Names) => string);
  /** The policy, or its text. */
  readonly policy: (names: Names) => unknown;
  /** The code of Larder's refusal; null when it accepts. */
  readonly larder: ErrorCode | null;
  /** Why skopeo decides otherwise; absent where both are of one mind. */
  readonly unlike?: string;
  /** Names of keys that have signed, where that is worth a look. */
  readonly signers?: readonly string[];
  /** Files of registries.d instead of the usual one. */
  readonly registriesD?: (names: Names) => Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;

export const ACCEPT = [{ type: 'insecureAcceptAnything' }];
export const REJECT = [{ type: 'reject' }];

export const signedBy = (fields: Fields): Fields => ({ type: 'signedBy', keyType: 'GPGKeys', ...fields });
/** Nothing but these scopes of the transport docker. */
export const scopes = (docker: Fields, other: unknown = REJECT): Fields => ({
  default: other,
  transports: { docker },
});
/** Signed by this key, as these identities have it. */
export const by =
  (key: string, identity?: Fields): Case['policy'] =>
  (names) => ({
    default: [signedBy({ keyPath: names.key(key), ...(identity && { signedIdentity: identity }) })],
  });

export const exact = { type: 'matchExact' };
export const repository = { type: 'matchRepository' };
