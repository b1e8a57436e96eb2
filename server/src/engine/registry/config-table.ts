import { LarderError } from '../../domain/errors.ts';
import { printable, quote } from '../../domain/quote.ts';
import { isRecord } from './descriptor.ts';

/**
 * A table of a TOML file. It knows where it stands, for the sentence about what is wrong in it. A key that is not there in its
 * own spelling is taken in another case, as the decoder of containers/image does: `Blocked = true` must block here too.
 */
export class ConfigTable {
  readonly file: string;
  readonly #place: string;
  readonly #values: Readonly<Record<string, unknown>>;

  /**
   * @param file its path
   * @param place as it reads before what is wrong: `[[registry]] 2: `; '' for the file itself
   */
  constructor(values: Readonly<Record<string, unknown>>, file: string, place = '') {
    this.#values = values;
    this.file = file;
    this.#place = place;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  string(key: string): string | undefined {
    return this.#typed(key, 'a text in quotes', (value) => typeof value === 'string');
  }

  boolean(key: string): boolean | undefined {
    return this.#typed(key, 'true or false', (value) => typeof value === 'boolean');
  }

  strings(key: string): readonly string[] | undefined {
    return this.#typed(
      key,
      'a list of texts in quotes',
      (value): value is string[] => Array.isArray(value) && value.every((item) => typeof item === 'string'),
    );
  }

  /** A table `[key]`. */
  table(key: string): ConfigTable | undefined {
    const values = this.#typed(key, `a table, written [${key}]`, isRecord);
    return values && new ConfigTable(values, this.file, `${this.#place}[${key}]: `);
  }

  /** The tables `[[key]]`. */
  tables(key: string, name = key): ConfigTable[] {
    const list = this.#typed(
      key,
      `a list of tables, each written [[${name}]]`,
      (value): value is Record<string, unknown>[] => Array.isArray(value) && value.every(isRecord),
    );
    return (list ?? []).map((values, index) => {
      return new ConfigTable(values, this.file, `${this.#place}[[${name}]] ${index + 1}: `);
    });
  }

  /** @param why as it reads after the place: `"location" is missing` */
  error(why: string): LarderError {
    return configError(this.file, `${this.#place}${why}`);
  }

  #typed<T>(key: string, wanted: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.#get(key);
    if (value === undefined || is(value)) return value;
    throw this.error(`${quote(key)} must be ${wanted}`);
  }

  #get(key: string): unknown {
    if (Object.hasOwn(this.#values, key)) return this.#values[key];
    const spelled = Object.keys(this.#values).find((spelling) => spelling.toLowerCase() === key);
    return spelled === undefined ? undefined : this.#values[spelled];
  }
}

/** What is wrong in a file that says how registries are to be asked: nothing is asked as long as that is not known. */
export function configError(file: string, why: string, cause?: unknown): LarderError {
  return new LarderError('E_CONFIG', `${printable(file)} cannot be used: ${why}; correct the file.`, cause);
}
