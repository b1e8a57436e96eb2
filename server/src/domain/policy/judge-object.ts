import type { Node } from 'jsonc-parser';
import { quote } from '../quote.ts';
import type { Report } from './policy-problem.ts';
import { fieldOf } from './policy-shapes.ts';
import type { Choice, PolicyShape, ValueKind } from './policy-shapes.ts';

/** A key of an object and its value. */
export interface Member {
  readonly name: string;
  readonly key: Node;
  readonly value: Node;
}

/** The members of an object in the order of the text, duplicates too; none of anything else. */
export function membersOf(node: Node | undefined): readonly Member[] {
  if (node?.type !== 'object') return [];
  return (node.children ?? []).flatMap(({ children: [key, value] = [] }) =>
    key && value ? [{ name: String(key.value), key, value }] : [],
  );
}

/**
 * Judges an object with known keys: no other key, none twice, none missing (`ParanoidUnmarshalJSONObject` of containers/image).
 * @param owner what it is, at the start of a sentence
 * @param judge judges a value
 * @returns the known keys
 */
export function judgeObject(
  value: Node,
  shape: PolicyShape,
  owner: string,
  report: Report,
  judge: (kind: ValueKind, value: Node, owner: string, report: Report) => void,
): ReadonlyMap<string, Member> {
  const known = new Map<string, Member>();
  if (value.type !== 'object') {
    report(value, `${owner} must be an object.`);
    return known;
  }
  for (const member of membersOf(value)) {
    const { name, key } = member;
    const field = fieldOf(shape, name);
    if (field === undefined) report(key, unknownKey(name, shape, owner));
    else if (known.has(name))
      report(key, `${quote(name)} stands here a second time, and each may stand once only.`);
    else {
      known.set(name, member);
      judge(field.value, member.value, quote(name), report);
    }
  }
  for (const [name, { required }] of Object.entries(shape.fields))
    if (required && !known.has(name)) report(value, `${owner} must have ${quote(name)}.`);
  for (const choice of shape.choices ?? []) judgeChoice(value, choice, known, owner, report);
  return known;
}

function unknownKey(name: string, { fields }: PolicyShape, owner: string): string {
  const names = Object.keys(fields);
  const meant = names.find((known) => known.toLowerCase() === name.toLowerCase());
  const known = meant === undefined ? `it may have ${names.map(quote).join(', ')}` : `write ${quote(meant)}`;
  return `${owner} has no key ${quote(name)}, and an unknown key makes the whole policy invalid: ${known}.`;
}

function judgeChoice(
  value: Node,
  { of, least, most }: Choice,
  known: ReadonlyMap<string, Member>,
  owner: string,
  report: Report,
): void {
  const names = of.map(quote).join(', ');
  const present = of.filter((name) => known.has(name));
  if (present.length < least)
    report(value, `${owner} must have ${most === 1 ? 'exactly' : 'at least'} one of ${names}.`);
  const surplus = present.length > most ? known.get(present[1] ?? '') : undefined;
  if (surplus !== undefined) report(surplus.key, `${owner} must have only one of ${names}.`);
}
