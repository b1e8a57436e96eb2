import type { Node } from 'jsonc-parser';
import { quote } from '../../domain/quote.ts';
import { isUnresolved } from '../templates.ts';
import { readFields } from './fields.ts';
import type { Fields } from './fields.ts';
import type { Context } from './problem.ts';

/**
 * What a JSON value must be, as appc's own reader (schema and schema/types of appc/spec 0.8.11) has it: shapes are put
 * together to tables, one for each object of the specification.
 */
export interface Shape {
  /** Judges a value that is not null; null leaves a field of Go's encoding/json as it was. */
  readonly judge: (value: Node, path: string, context: Context) => void;
  /** What an absent value, which in a list is null, lacks; undefined when appc does without. */
  readonly lacks?: string;
  /** Null is judged as this empty text: Go types that read themselves are called for null too. */
  readonly nullIsEmptyText?: true;
}

/** Texts of one kind. */
export interface TextKind {
  /** What is allowed, in words that follow "must be". */
  readonly allowed: string;
  readonly fits: (text: string) => boolean;
}

/** Looks at several values of an object or a list together. */
export type Check<T> = (value: T, path: string, context: Context) => void;

export function judgeValue(shape: Shape, value: Node, path: string, context: Context): void {
  if (value.type === 'null') {
    if (shape.nullIsEmptyText) shape.judge({ ...value, type: 'string', value: '' }, path, context);
  } else shape.judge(value, path, context);
}

/** A text. */
export function text(kind?: TextKind): Shape {
  return {
    judge(value, path, context) {
      if (!isOfType(value, 'string', path, context)) return;
      const written = String(value.value);
      if (kind === undefined || isUnresolved(written) || kind.fits(written)) return;
      context.report('appc-schema', value, `${path} must be ${kind.allowed}; it is ${quote(written)}.`);
    },
  };
}

/** A text that appc checks itself, also when null is written. */
export function word(kind: TextKind): Shape {
  return { ...text(kind), nullIsEmptyText: true };
}

/** A text that appc takes, but for which the specification knows fewer values. */
export function advised(shape: Shape, { allowed, fits }: TextKind): Shape {
  return {
    ...shape,
    judge(value, path, context) {
      const refused: string[] = [];
      const report: Context['report'] = (rule, at, message) => {
        refused.push(message);
        context.report(rule, at, message);
      };
      shape.judge(value, path, { ...context, report });
      const written = value.type === 'string' ? String(value.value) : '';
      if (refused.length > 0 || written === '' || isUnresolved(written) || fits(written)) return;
      context.report('appc-spec', value, `${path} should be ${allowed}; it is ${quote(written)}.`);
    },
  };
}

/** A boolean. */
export const flag: Shape = {
  judge: (value, path, context) => void isOfType(value, 'boolean', path, context),
};

/** An integer, written without fraction and exponent, as strconv.ParseInt takes it. */
export function integer(least: bigint, most: bigint): Shape {
  return {
    judge(value, path, context) {
      if (!isOfType(value, 'number', path, context)) return;
      const written = context.text.slice(value.offset, value.offset + value.length);
      const isInteger = /^-?\d{1,20}$/.test(written) && !(written.startsWith('-') && least >= 0n);
      if (isInteger && BigInt(written) >= least && BigInt(written) <= most) return;
      const range = `from ${least.toString()} to ${most.toString()}`;
      context.report(
        'appc-schema',
        value,
        `${path} must be an integer ${range}; it is ${quote(written).slice(1, -1)}.`,
      );
    },
  };
}

/** Go's int and uint, of 64 bits. */
export const int = integer(-(2n ** 63n), 2n ** 63n - 1n);
export const uint = integer(0n, 2n ** 64n - 1n);

/** A list. */
export function list(item: Shape, ...checks: readonly Check<readonly Node[]>[]): Shape {
  return {
    judge(value, path, context) {
      if (!isOfType(value, 'array', path, context)) return;
      const items = value.children ?? [];
      for (const [index, child] of items.entries()) {
        const place = `${path}[${index}]`;
        if (child.type === 'null' && item.lacks !== undefined)
          context.report('appc-schema', child, `${place} must not be null: it needs ${item.lacks}.`);
        else judgeValue(item, child, place, context);
      }
      for (const check of checks) check(items, path, context);
    },
  };
}

/** An object whose keys are any texts and whose values are of one shape. */
export function dictionary(entry: Shape): Shape {
  return {
    judge(value, path, context) {
      if (!isOfType(value, 'object', path, context)) return;
      for (const { children: [key, child] = [] } of value.children ?? [])
        if (key && child) judgeValue(entry, child, `${path}[${quote(String(key.value))}]`, context);
    },
  };
}

/** An object with known keys. Others are ignored, as appc ignores them. */
export function object(keys: Readonly<Record<string, Shape>>, ...checks: readonly Check<Fields>[]): Shape {
  return {
    judge(value, path, context) {
      if (!isOfType(value, 'object', path, context)) return;
      const fields = readFields(value, Object.keys(keys), path, context);
      for (const { name, value: child, path: place } of fields.all)
        judgeValue(keys[name] ?? ANYTHING, child, place, context);
      for (const check of checks) check(fields, path, context);
    },
  };
}

/** The same, where appc refuses an empty object: a list may not hold null instead. */
export function filled(lacks: string, shape: Shape): Shape {
  return { ...shape, lacks };
}

/** A value that others judge. */
export const ANYTHING: Shape = { judge: () => undefined };

const ARTICLES = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
} as const;

function isOfType(value: Node, type: keyof typeof ARTICLES, path: string, context: Context): boolean {
  if (value.type === type) return true;
  const actual = value.type === 'null' || value.type === 'property' ? 'null' : ARTICLES[value.type];
  context.report('appc-schema', value, `${path} must be ${ARTICLES[type]}; it is ${actual}.`);
  return false;
}
