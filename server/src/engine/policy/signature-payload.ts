import type { Node } from 'jsonc-parser';
import { quote } from '../../domain/quote.ts';
import { parseStrictJson } from '../../domain/strict-json.ts';

/** What a signature says of an image. */
export interface SignedClaim {
  /** `sha256:…` of the manifest. */
  readonly manifestDigest: string;
  /** The name that the signer gives to the image. */
  readonly dockerReference: string;
}

const TYPE = 'atomic container signature';

/**
 * Reads the content of a signature (containers-signature(5), "JSON Data Format"), to the letter: what another program might read
 * in another way is refused.
 * @returns the claim; or what is wrong, as it reads after "because"
 */
export function readPayload(bytes: Uint8Array): SignedClaim | { readonly wrong: string } {
  try {
    return claimIn(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    if (error instanceof Malformed) return { wrong: error.message };
    // What the decoder throws at bytes that are no text.
    if (error instanceof TypeError) return { wrong: 'its content is not UTF-8' };
    throw error;
  }
}

class Malformed extends Error {}

function claimIn(text: string): SignedClaim {
  const { root, error } = parseStrictJson(text);
  if (root === undefined || error !== undefined) {
    throw new Malformed(`its content is no JSON (${error?.words ?? 'it is empty'})`);
  }
  const top = exactMembers(root, 'its content', ['critical', 'optional']);
  checkOptional(top.optional);
  const critical = exactMembers(top.critical, '"critical"', ['type', 'image', 'identity']);
  const type = textOf(critical.type, '"type"');
  if (type !== TYPE) throw new Malformed(`its type is ${quote(type)} and not ${quote(TYPE)}`);
  const image = exactMembers(critical.image, '"image"', ['docker-manifest-digest']);
  const identity = exactMembers(critical.identity, '"identity"', ['docker-reference']);
  return {
    manifestDigest: textOf(image['docker-manifest-digest'], '"docker-manifest-digest"'),
    dockerReference: textOf(identity['docker-reference'], '"docker-reference"'),
  };
}

/** What is known in there must be what it should be; the rest may be anything. */
function checkOptional(node: Node): void {
  const { creator, timestamp } = Object.fromEntries(membersOf(node, '"optional"'));
  if (creator !== undefined && creator.type !== 'null') textOf(creator, '"creator"');
  if (timestamp === undefined || timestamp.type === 'null') return;
  if (!Number.isInteger(timestamp.value)) throw new Malformed('its "timestamp" is no whole number');
}

/** These members, each once, and no other. */
function exactMembers<K extends string>(node: Node, what: string, names: readonly K[]): Record<K, Node> {
  const members = membersOf(node, what);
  for (const name of members.keys()) {
    if (!(names as readonly string[]).includes(name))
      throw new Malformed(`${what} has the key ${quote(name)}`);
  }
  return Object.fromEntries(
    names.map((name) => {
      const value = members.get(name);
      if (value === undefined) throw new Malformed(`${what} has no key ${quote(name)}`);
      return [name, value];
    }),
  ) as Record<K, Node>;
}

function membersOf(node: Node, what: string): Map<string, Node> {
  if (node.type !== 'object') throw new Malformed(`${what} is no object`);
  const members = new Map<string, Node>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    if (members.has(name)) throw new Malformed(`${what} has the key ${quote(name)} twice`);
    members.set(name, value);
  }
  return members;
}

function textOf({ type, value }: Node, what: string): string {
  if (type !== 'string') throw new Malformed(`its ${what} is no text`);
  return String(value);
}
