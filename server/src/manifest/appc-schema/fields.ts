import type { Node } from 'jsonc-parser';
import { quote } from '../../domain/quote.ts';
import type { Context } from './problem.ts';

/** A value of an object, under the name that the specification gives its key. */
export interface Field {
  readonly name: string;
  readonly key: Node;
  readonly value: Node;
  readonly path: string;
}

/** An object as Go's encoding/json reads it. */
export interface Fields {
  readonly node: Node;
  /** Every value of a known key, in the order of the text: each is read, and the last one stays. */
  readonly all: readonly Field[];
  /** The value that stays; undefined when there is none or null. */
  readonly get: (name: string) => Field | undefined;
  /** The text that stays, '' when there is none. */
  readonly text: (name: string) => string;
}

/** @param names the known keys, as the specification writes them */
export function readFields(node: Node, names: readonly string[], path: string, context: Context): Fields {
  const canonical = new Map(names.map((name) => [fold(name), name]));
  const all: Field[] = [];
  const last = new Map<string, Field>();
  const seen = new Set<string>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const written = String(key.value);
    const name = canonical.get(fold(written));
    if (name === undefined) continue;
    const field = { name, key, value, path: path === '' ? name : `${path}.${name}` };
    all.push(field);
    if (value.type !== 'null') last.set(name, field);
    if (written !== name) {
      const message = `The key ${quote(written)} is spelled ${quote(name)} in the specification; other tools than appc's may ignore it.`;
      context.report('appc-spec', key, message);
    }
    if (seen.has(name)) {
      const message = `The key ${quote(name)} stands here a second time, and readers differ in which one counts.`;
      context.report('appc-spec', key, message);
    }
    seen.add(name);
  }
  const get = (name: string): Field | undefined => last.get(name);
  return { node, all, get, text: (name) => textOf(get(name)?.value) };
}

/** The text of a string value, '' for anything else. */
export function textOf(value: Node | undefined): string {
  return value?.type === 'string' ? String(value.value) : '';
}

/** encoding/json takes keys in any case; its folding also has the long s and, as toLowerCase has, the Kelvin sign. */
function fold(key: string): string {
  return key.replaceAll('\u{17F}', 's').toLowerCase();
}
