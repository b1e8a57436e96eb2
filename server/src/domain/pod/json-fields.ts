import { LarderError } from '../errors.ts';

/**
 * Typed access to an object of a manifest, as Go's encoding/json reads it for appc: keys in any case, the last of two counts,
 * null counts as absent. Whether values are allowed is judged elsewhere; here is only what the types need.
 */
export class JsonFields {
  readonly #values = new Map<string, unknown>();
  readonly #path: string;

  /** @param path of the object in its manifest, '' for the manifest itself */
  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object');
    for (const [key, item] of Object.entries(value)) this.#values.set(fold(key), item);
    this.#path = path;
  }

  any(key: string): unknown {
    return this.#values.get(fold(key)) ?? undefined;
  }

  text(key: string): string | undefined {
    return this.#typed(key, 'a text', (value) => typeof value === 'string');
  }

  flag(key: string): boolean | undefined {
    return this.#typed(key, 'true or false', (value) => typeof value === 'boolean');
  }

  number(key: string): number | undefined {
    return this.#typed(key, 'a number', (value) => typeof value === 'number');
  }

  /** The items of a list, each with its path. */
  list<T>(key: string, read: (item: unknown, path: string) => T): T[] | undefined {
    const items = this.#typed(key, 'a list', (value): value is unknown[] => Array.isArray(value));
    return items?.map((item, index) => read(item, `${this.#at(key)}[${index}]`));
  }

  objects<T>(key: string, read: (fields: JsonFields) => T): T[] | undefined {
    return this.list(key, (item, path) => read(new JsonFields(item, path)));
  }

  texts(key: string): string[] | undefined {
    return this.list(key, (item, path) => {
      // encoding/json leaves what null is written into as it was: empty.
      if (item === null || typeof item === 'string') return item ?? '';
      throw wrong(path, 'a text');
    });
  }

  object<T>(key: string, read: (fields: JsonFields) => T): T | undefined {
    const value = this.any(key);
    return value === undefined ? undefined : read(new JsonFields(value, this.#at(key)));
  }

  dictionary(key: string): Readonly<Record<string, string>> | undefined {
    const value = this.any(key);
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw wrong(this.#at(key), 'an object');
    const entries = Object.entries(value as object).map(([name, text]: [string, unknown]) => {
      if (text === null || typeof text === 'string') return [name, text ?? ''] as const;
      throw wrong(`${this.#at(key)}.${name}`, 'a text');
    });
    return Object.fromEntries(entries);
  }

  #typed<T>(key: string, expected: string, fits: (value: unknown) => value is T): T | undefined {
    const value = this.any(key);
    if (value === undefined || fits(value)) return value;
    throw wrong(this.#at(key), expected);
  }

  #at(key: string): string {
    return this.#path === '' ? key : `${this.#path}.${key}`;
  }
}

/** The folding of encoding/json, which also has the long s and, as toLowerCase has, the Kelvin sign. */
function fold(key: string): string {
  return key.replaceAll('\u{17F}', 's').toLowerCase();
}

function wrong(path: string, expected: string): LarderError {
  return new LarderError('E_MANIFEST', `${path === '' ? 'it' : path} is not ${expected}`);
}
