import type { Node } from 'jsonc-parser';
import { quote } from '../../domain/quote.ts';
import { isUnresolved } from '../templates.ts';
import { textOf } from './fields.ts';
import type { Fields } from './fields.ts';
import { ISOLATORS } from './isolator-values.ts';
import type { IsolatorKind } from './isolator-values.ts';
import type { Context } from './problem.ts';
import { ANYTHING, filled, judgeValue, list, object, word } from './shape.ts';
import { TEXT } from './text-kinds.ts';
import { itemFields, present } from './together.ts';

const isolator = object(
  { name: word(TEXT.acIdentifier), value: ANYTHING },
  present('name', 'the name of an isolator', 'appc-spec'),
  (fields, path, context) => {
    const kind = kindOf(fields.text('name'));
    if (kind !== undefined) judgeIsolatorValue(kind, fields, path, context);
  },
);

/** `isolators` of a pod: each stands for itself, and unknown ones are left to whoever runs the pod. */
export const podIsolators = list(isolator);

/** `isolators` of an app: all must be known, and some exclude others. */
export const appIsolators = list(
  filled('the name and the value of an isolator', isolator),
  knownIsolators,
  compatibleIsolators,
);

function kindOf(name: string): IsolatorKind | undefined {
  return Object.hasOwn(ISOLATORS, name) ? ISOLATORS[name] : undefined;
}

function judgeIsolatorValue(kind: IsolatorKind, fields: Fields, path: string, context: Context): void {
  const last = fields.all.findLast(({ name }) => name === 'value');
  if (last === undefined || last.value.type === 'null') {
    const message = `${path} must have "value": appc knows the isolator and reads its value.`;
    context.report('appc-schema', last?.value ?? fields.node, message);
  } else judgeValue(kind.value, last.value, last.path, context);
}

function knownIsolators(items: readonly Node[], path: string, context: Context): void {
  for (const [index, { item, field }] of itemFields(items, 'name').entries()) {
    const name = textOf(field?.value);
    if (item.type !== 'object' || kindOf(name) !== undefined || isUnresolved(name)) continue;
    const known = Object.keys(ISOLATORS).join(', ');
    const message = `${path}[${index}].name must be one of ${known} in an app; it is ${quote(name)}.`;
    context.report('appc-schema', field?.value ?? item, message);
  }
}

function compatibleIsolators(items: readonly Node[], path: string, context: Context): void {
  const seen = new Set<string>();
  for (const [index, { item, field }] of itemFields(items, 'name').entries()) {
    const name = textOf(field?.value);
    const kind = kindOf(name);
    if (kind?.once === true && seen.has(name)) {
      const message = `${path}[${index}].name is ${quote(name)} again, and an app may have it only once.`;
      context.report('appc-schema', field?.value ?? item, message);
    }
    if (kind?.excludes !== undefined && seen.has(kind.excludes)) {
      const message = `${path}[${index}].name must not be ${quote(name)} in an app that also has ${quote(kind.excludes)}.`;
      context.report('appc-schema', field?.value ?? item, message);
    }
    seen.add(name);
  }
}
