import type { KeySource, Policy, Requirement, SignedIdentity } from './policy.ts';

/** A policy file that was judged and found right. */
export interface WrittenPolicy {
  readonly default: readonly WrittenRequirement[];
  readonly transports?: Readonly<Record<string, Readonly<Record<string, readonly WrittenRequirement[]>>>>;
}

type WrittenRequirement = { readonly signedIdentity?: SignedIdentity } & (
  | { readonly type: 'insecureAcceptAnything' | 'reject' | 'signedBaseLayer' }
  | ({ readonly type: 'signedBy'; readonly keyType: string } & WrittenKeys)
  | ({ readonly type: 'sigstoreSigned' } & WrittenKeys)
);

interface WrittenKeys {
  readonly keyPath?: string;
  readonly keyPaths?: readonly string[];
  readonly keyData?: string;
}

/** The keys of `sigstoreSigned` that Larder checks; it cannot check the others. */
const CHECKED = ['type', 'keyPath', 'keyPaths', 'keyData', 'signedIdentity'];

export function buildPolicy(written: WrittenPolicy): Policy {
  const transports = Object.entries(written.transports ?? {}).map(([transport, scopes]) => {
    const built = Object.entries(scopes).map(([scope, list]) => [scope, list.map(requirement)] as const);
    return [transport, new Map(built)] as const;
  });
  return { default: written.default.map(requirement), transports: new Map(transports) };
}

function requirement(written: WrittenRequirement): Requirement {
  const signedIdentity = written.signedIdentity ?? { type: 'matchRepoDigestOrExact' };
  switch (written.type) {
    case 'insecureAcceptAnything':
    case 'reject':
      return { type: written.type };
    case 'signedBaseLayer':
      // containers/image reads it and has never checked it: it accepts no image.
      return { type: 'reject' };
    case 'signedBy': {
      const { type, keyType } = written;
      return { type, keyType, keys: keySource(written) ?? { kind: 'paths', paths: [] }, signedIdentity };
    }
    case 'sigstoreSigned': {
      const unsupported = Object.keys(written).filter((key) => !CHECKED.includes(key));
      return { type: written.type, keys: keySource(written), unsupported, signedIdentity };
    }
  }
}

function keySource({ keyPath, keyPaths, keyData }: WrittenKeys): KeySource | null {
  if (keyData !== undefined) return { kind: 'data', data: bytesOf(keyData) };
  const paths = keyPaths ?? (keyPath === undefined ? undefined : [keyPath]);
  return paths === undefined ? null : { kind: 'paths', paths };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
