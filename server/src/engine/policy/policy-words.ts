import type { KeySource, Requirement, SignedIdentity } from '../../domain/policy/policy.ts';
import type { Decision } from '../../domain/policy/policy-scope.ts';
import { quote } from '../../domain/quote.ts';

/** More paths than this say no more. */
const PATHS = 3;

/** What an image must have for a requirement to be met. */
export type Demand =
  | { readonly kind: 'nothing' }
  /** No image can meet it; why, as it reads after a colon. */
  | { readonly kind: 'impossible'; readonly words: string }
  /** A signature by one of the keys; what it is, as it reads after "asks for". */
  | { readonly kind: 'signature'; readonly words: string };

/** What Larder makes of a requirement before it has seen any signature. */
export function demandOf(requirement: Requirement): Demand {
  switch (requirement.type) {
    case 'insecureAcceptAnything':
      return { kind: 'nothing' };
    case 'reject':
      return { kind: 'impossible', words: 'it rejects all images' };
    case 'sigstoreSigned':
      return { kind: 'impossible', words: 'it asks for a sigstore signature, which Larder cannot check' };
    case 'signedBy': {
      const { keyType, keys, signedIdentity } = requirement;
      return keyType === 'GPGKeys'
        ? {
            kind: 'signature',
            words: `a signature by a key ${keysInWords(keys)} for ${identityInWords(signedIdentity)}`,
          }
        : {
            kind: 'impossible',
            words: `it asks for keys of the type ${quote(keyType)}, which nobody can check`,
          };
    }
  }
}

/** Which part of a policy decides, as it reads behind "its" or "whose". */
export function scopeInWords({ transport, scope }: Decision): string {
  if (transport === null) return 'default';
  return scope === null || scope === ''
    ? `default for the transport ${quote(transport)}`
    : `scope ${quote(scope)} of the transport ${quote(transport)}`;
}

function keysInWords(keys: KeySource): string {
  if (keys.kind === 'data') return 'that it holds itself';
  const more = keys.paths.length > PATHS ? ` and ${keys.paths.length - PATHS} more files` : '';
  return `of ${keys.paths.slice(0, PATHS).map(quote).join(' or ')}${more}`;
}

function identityInWords(identity: SignedIdentity): string {
  switch (identity.type) {
    case 'matchExact':
      return 'exactly this reference';
    case 'matchRepoDigestOrExact':
      return 'this reference, or for this repository where it is named by digest';
    case 'matchRepository':
      return 'any tag of this repository';
    case 'exactReference':
      return quote(identity.dockerReference);
    case 'exactRepository':
      return `any tag of ${quote(identity.dockerRepository)}`;
    case 'remapIdentity':
      return `this reference with ${quote(identity.signedPrefix)} in the place of ${quote(identity.prefix)}`;
  }
}
