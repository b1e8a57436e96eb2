import type { Node } from 'jsonc-parser';
import { quote } from '../../domain/quote.ts';
import { isUnresolved } from '../templates.ts';
import { readFields, textOf } from './fields.ts';
import type { Field, Fields } from './fields.ts';
import type { Context } from './problem.ts';
import type { Check } from './shape.ts';

type Rule = Parameters<Context['report']>[0];

/** A key must be there with a value that is not null, nor an empty text. */
export function required(name: string, allowed: string, rule: Rule = 'appc-schema'): Check<Fields> {
  return (fields, path, context) => {
    const field = fields.get(name);
    if (field === undefined) reportMissing(rule, fields.node, name, allowed, path, context);
    else if (field.value.type === 'string' && field.value.value === '')
      reportMissing(rule, field.value, name, allowed, path, context);
  };
}

/** A key must be there; its own shape refuses null and an empty text. */
export function present(name: string, allowed: string, rule: Rule = 'appc-schema'): Check<Fields> {
  return (fields, path, context) => {
    if (!fields.all.some((field) => field.name === name))
      reportMissing(rule, fields.node, name, allowed, path, context);
  };
}

function reportMissing(
  rule: Rule,
  at: Node,
  name: string,
  allowed: string,
  path: string,
  context: Context,
): void {
  const owner = path === '' ? 'The manifest' : path;
  const word = rule === 'appc-schema' ? 'must' : 'should';
  context.report(rule, at, `${owner} ${word} have ${quote(name)}: ${allowed}.`);
}

/** No two items of a list may have the same value for a key. */
export function unique(name: string, what: string, rule: Rule = 'appc-schema'): Check<readonly Node[]> {
  return (items, path, context) => {
    const seen = new Set<string>();
    for (const [index, { field }] of itemFields(items, name).entries()) {
      const value = textOf(field?.value);
      if (field === undefined || value === '' || isUnresolved(value)) continue;
      if (seen.has(value)) {
        const message = `${path}[${index}].${name} is ${quote(value)} again, and ${what} must be unique.`;
        context.report(rule, field.value, message);
      }
      seen.add(value);
    }
  };
}

/** appc counts an absent name as an empty one, which it takes once. */
export const oneWithoutName: Check<readonly Node[]> = (items, path, context) => {
  const without = itemFields(items, 'name').filter(({ field }) => field === undefined);
  for (const { item } of without.slice(1))
    context.report('appc-schema', item, `Only one item of ${path} may be without "name".`);
};

/** The value that a key has in each item of a list. */
export function itemFields(
  items: readonly Node[],
  name: string,
): { readonly item: Node; readonly field: Field | undefined }[] {
  return items.map((item) => ({ item, field: fieldsOf(item, [name]).get(name) }));
}

/** Reads an object whose keys have been judged already. */
export function fieldsOf(node: Node, names: readonly string[]): Fields {
  return readFields(node, names, '', { text: '', report: () => undefined });
}
