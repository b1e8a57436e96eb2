import { FULCIO, IDENTITIES, KEY_TYPES, PKI, REQUIREMENTS } from '../domain/policy/policy-shapes.ts';
import type { PolicyField, PolicyShape, ValueKind } from '../domain/policy/policy-shapes.ts';

/**
 * Values of a policy as LSP snippets: `$1`, `$2`, … are places to fill in. Texts that stand for themselves contain no `$`,
 * `}` is not special outside of a placeholder, and names of images and files reach a snippet only through {@link escaped}.
 */

/** A value to begin with. */
export function valueSnippet(kind: ValueKind): string {
  return SNIPPETS[kind];
}

const SNIPPETS: Readonly<Record<ValueKind, string>> = {
  text: '"$1"',
  texts: '["$1"]',
  bytes: '"$1"',
  bytesList: '["$1"]',
  requirements: '[{ "type": "$1" }]',
  transports: '{ $1 }',
  type: '"$1"',
  keyType: '"GPGKeys"',
  identity: '{ "type": "$1" }',
  fulcio: objectSnippet(FULCIO, ['caPath']),
  pki: objectSnippet(PKI, ['caRootsPath', 'subjectEmail']),
  reference: '"$1"',
  repository: '"$1"',
  prefix: '"$1"',
};

/** Of keys of which one is needed, the one to begin with. */
const CHOSEN: Readonly<Record<string, readonly string[]>> = {
  signedBy: ['keyPath'],
  sigstoreSigned: ['keyPath'],
};

/** Whole requirements, by their type. */
export function requirementSnippets(): ReadonlyMap<string, string> {
  return snippets(REQUIREMENTS);
}

/** Whole identities, by their type. */
export function identitySnippets(): ReadonlyMap<string, string> {
  return snippets(IDENTITIES);
}

/** Kinds of key, each with one line of Markdown. */
export function keyTypes(): readonly (readonly [string, string])[] {
  return Object.entries(KEY_TYPES);
}

function snippets(shapes: Readonly<Record<string, PolicyShape>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(shapes).map(([type, shape]) => [type, objectSnippet(shape, CHOSEN[type] ?? [], type)]),
  );
}

/** An object with the keys that it needs. */
function objectSnippet({ fields }: PolicyShape, chosen: readonly string[], type?: string): string {
  let place = 0;
  const valueOf = (field: PolicyField): string => {
    if (field.value === 'type') return JSON.stringify(type);
    if (field.value === 'keyType') return '"GPGKeys"';
    place += 1;
    return field.value === 'identity' ? `{ "type": "$${place}" }` : `"$${place}"`;
  };
  const members = Object.entries(fields)
    .filter(([name, { required }]) => required === true || chosen.includes(name))
    .map(([name, field]) => `${JSON.stringify(name)}: ${valueOf(field)}`);
  return `{ ${members.join(', ')} }`;
}

/** A text that means itself in a snippet. */
export function escaped(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** The same text for a client that has no snippets: nothing to fill in. */
export function plain(snippet: string): string {
  return snippet.replace(/\\([\\$}])|\$\d/g, '$1');
}
