/** The part of JSON Schema that VS Code's settings use. */
export interface Schema {
  readonly type: 'string' | 'boolean' | 'integer' | 'object' | 'array';
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly markdownEnumDescriptions?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly markdownDescription?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  /** Of an array. */
  readonly items?: Schema;
}

/** How VS Code shows and keeps one setting. */
export interface Presentation {
  readonly key: `larder.${string}`;
  readonly markdownDescription: string;
  /** `machine-overridable`: a path of this machine; a workspace may override it, if it is trusted. */
  readonly scope: 'window' | 'machine-overridable';
  readonly order: number;
  readonly examples: readonly unknown[];
  /** Not honoured from the workspace until the user trusts it. */
  readonly restricted?: true;
}

/** One setting: what VS Code shows of it, and how a value from outside becomes one that the code can trust. */
export interface Setting<T> extends Presentation {
  readonly schema: Schema;
  readonly fallback: T;
  /** The value, or the default when this is not one. */
  readonly parse: (value: unknown) => T;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One of several words, each with a sentence that says what it does. */
export function oneOf<T extends string>(
  words: Readonly<Record<T, string>>,
  fallback: T,
  presentation: Presentation,
): Setting<T> {
  const known = new Map(Object.entries<string>(words));
  const isWord = (value: unknown): value is T => typeof value === 'string' && known.has(value);
  return {
    ...presentation,
    schema: {
      type: 'string',
      default: fallback,
      enum: [...known.keys()],
      markdownEnumDescriptions: [...known.values()],
    },
    fallback,
    parse: (value) => (isWord(value) ? value : fallback),
  };
}

export function flag(fallback: boolean, presentation: Presentation): Setting<boolean> {
  return {
    ...presentation,
    schema: { type: 'boolean', default: fallback },
    fallback,
    parse: (value) => (typeof value === 'boolean' ? value : fallback),
  };
}

/** A text that matches a pattern; empty is always allowed and means "not set". */
export function text(
  form: { readonly pattern: string; readonly otherwise: string } | null,
  presentation: Presentation,
): Setting<string> {
  const matches = (value: string): boolean =>
    form === null || value === '' || new RegExp(form.pattern, 'u').test(value);
  return {
    ...presentation,
    schema: {
      type: 'string',
      default: '',
      ...(form && { pattern: `^$|${form.pattern}`, patternErrorMessage: form.otherwise }),
    },
    fallback: '',
    parse: (value) => (typeof value === 'string' && matches(value) ? value : ''),
  };
}

/** A whole number within bounds, both included. */
export function count(
  bounds: { readonly minimum: number; readonly maximum: number },
  fallback: number,
  presentation: Presentation,
): Setting<number> {
  const inBounds = (value: unknown): value is number =>
    Number.isInteger(value) && Number(value) >= bounds.minimum && Number(value) <= bounds.maximum;
  return {
    ...presentation,
    schema: { type: 'integer', default: fallback, ...bounds },
    fallback,
    parse: (value) => (inBounds(value) ? value : fallback),
  };
}

/** Texts, in the order written; what is no text is left out. */
export function texts(presentation: Presentation): Setting<readonly string[]> {
  return {
    ...presentation,
    schema: { type: 'array', items: { type: 'string' }, default: [] },
    fallback: [],
    parse: parseTexts,
  };
}

/** Texts by key. */
export function textsByKey(presentation: Presentation): Setting<Readonly<Record<string, readonly string[]>>> {
  return {
    ...presentation,
    schema: {
      type: 'object',
      additionalProperties: { type: 'array', items: { type: 'string' } },
      default: {},
    },
    fallback: {},
    parse: (value) =>
      Object.fromEntries(
        Object.entries(isRecord(value) ? value : {}).map(([key, list]) => [key, parseTexts(list)]),
      ),
  };
}

function parseTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
