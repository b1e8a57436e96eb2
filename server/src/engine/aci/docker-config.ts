import { LarderError } from '../../domain/errors.ts';

/**
 * An image's configuration: OCI image-spec, config.md, and docker's image specification v1.2, which has the same fields and
 * a few more. Absent lists and maps are empty here.
 */
export interface DockerConfig {
  readonly os: string | undefined;
  readonly architecture: string | undefined;
  readonly variant: string | undefined;
  readonly created: string | undefined;
  readonly author: string | undefined;
  readonly user: string;
  readonly workingDirectory: string;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly string[];
  /** `80/tcp`, sorted. */
  readonly exposedPorts: readonly string[];
  /** Paths, sorted. */
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** The object `config` as it came, for the fields that appc has no place for. */
  readonly raw: Readonly<Record<string, unknown>>;
}

/**
 * Reads an image's configuration.
 * @param json its text, whose digest has been verified
 * @throws LarderError E_MANIFEST when it is no JSON object or a field has a wrong type
 */
export function parseDockerConfig(json: string): DockerConfig {
  const top = new Fields(parseObject(json), '');
  const config = new Fields(top.object('config'), 'config.');
  return {
    os: top.text('os'),
    architecture: top.text('architecture'),
    variant: top.text('variant'),
    created: top.text('created'),
    author: top.text('author'),
    user: config.text('User') ?? '',
    workingDirectory: config.text('WorkingDir') ?? '',
    entrypoint: config.texts('Entrypoint'),
    command: config.texts('Cmd'),
    environment: config.texts('Env'),
    exposedPorts: Object.keys(config.object('ExposedPorts')).sort(),
    volumes: Object.keys(config.object('Volumes')).sort(),
    labels: config.textMap('Labels'),
    raw: config.values,
  };
}

type JsonObject = Readonly<Record<string, unknown>>;

function parseObject(json: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (error) {
    throw badConfig('it is not JSON', error);
  }
  if (!isObject(value)) throw badConfig('it is not a JSON object');
  return value;
}

/** Typed access to a JSON object's fields; `null` counts as absent, as Go reads it. */
class Fields {
  readonly values: JsonObject;
  readonly #path: string;

  constructor(values: JsonObject, path: string) {
    this.values = values;
    this.#path = path;
  }

  text(key: string): string | undefined {
    const value = this.#get(key);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(key, 'a string');
  }

  /** A list of strings; one string counts as a list of one, as docker reads it. */
  texts(key: string): string[] {
    const value = this.#get(key) ?? [];
    if (typeof value === 'string') return [value];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.#wrong(key, 'a list of strings');
  }

  object(key: string): JsonObject {
    const value = this.#get(key) ?? {};
    if (isObject(value)) return value;
    throw this.#wrong(key, 'an object');
  }

  textMap(key: string): Record<string, string> {
    const entries = Object.entries(this.object(key));
    const texts = entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string');
    if (texts.length === entries.length) return Object.fromEntries(texts);
    throw this.#wrong(key, 'a map of strings');
  }

  #get(key: string): unknown {
    const value = Object.hasOwn(this.values, key) ? this.values[key] : undefined;
    return value ?? undefined;
  }

  #wrong(key: string, expected: string): LarderError {
    return badConfig(`${this.#path}${key} is not ${expected}`);
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badConfig(why: string, cause?: unknown): LarderError {
  return new LarderError(
    'E_MANIFEST',
    `The image's configuration cannot be used because ${why}; ask its publisher for another build.`,
    cause,
  );
}
