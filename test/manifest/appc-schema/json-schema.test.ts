import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { appcProblems } from '../../../server/src/manifest/appc-schema/appc-problems.ts';
import { ISOLATORS } from '../../../server/src/manifest/appc-schema/isolator-values.ts';
import { imageManifest, podManifest } from '../../real/appc-manifests.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema;
  readonly examples?: readonly unknown[];
}

const root = new URL('../../../', import.meta.url);
const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, root), 'utf8'));
const { definitions } = read('media/schemas/appc-manifest.schema.json') as {
  readonly definitions: Readonly<Record<string, Schema>>;
};

function resolved(schema: Schema): Schema {
  const name = schema.$ref?.replace('#/definitions/', '');
  const target = name === undefined ? schema : definitions[name];
  assert.ok(target !== undefined, schema.$ref);
  return target;
}

/** A value with every key that a schema knows. */
function everyKey(schema: Schema): unknown {
  const { type, properties = {}, items } = resolved(schema);
  if (type === 'object')
    return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, everyKey(value)]));
  return type === 'array' && items !== undefined ? [everyKey(items)] : 'x';
}

/** Keys of a value that the schema does not know. */
function unknownKeys(value: unknown, schema: Schema, path = ''): string[] {
  const { properties, items, additionalProperties } = resolved(schema);
  if (Array.isArray(value)) return value.flatMap((item) => unknownKeys(item, items ?? {}, `${path}[]`));
  if (typeof value !== 'object' || value === null || additionalProperties || !properties) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const known = properties[key];
    return known === undefined ? [`${path}.${key}`] : unknownKeys(inner, known, `${path}.${key}`);
  });
}

describe('the JSON schema for completion', () => {
  for (const [kind, definition, manifests] of [
    ['PodManifest', 'podManifest', podManifest],
    ['ImageManifest', 'imageManifest', imageManifest],
  ] as const) {
    it(`knows the keys that are judged in a ${kind}`, () => {
      const all = fc.sample<object>(manifests, { seed: 1, numRuns: 200 });
      const unknown = all.flatMap((manifest) =>
        unknownKeys(manifest, { $ref: `#/definitions/${definition}` }),
      );
      assert.deepEqual([...new Set(unknown)], []);
    });

    it(`knows no other keys of a ${kind}`, () => {
      const value = { ...(everyKey({ $ref: `#/definitions/${definition}` }) as object), acKind: kind };
      // A key in another case is reported only where it is known.
      const text = JSON.stringify(value, (_key, inner: unknown) =>
        typeof inner === 'object' && inner !== null && !Array.isArray(inner) && inner !== value
          ? Object.fromEntries(
              Object.entries(inner).map(([key, each]) => [key.toUpperCase(), each as unknown]),
            )
          : inner,
      );
      const written = [...text.matchAll(/"([A-Z]+)":/g)].map(({ index }) => index + 1);
      const spelled = appcProblems(text).filter(({ message }) => message.includes('is spelled'));
      assert.deepEqual(new Set(spelled.map(({ span }) => span.start)), new Set(written));
    });
  }

  it('proposes every isolator', () => {
    assert.deepEqual(definitions['isolator']?.properties?.['name']?.examples, Object.keys(ISOLATORS));
  });

  it('is contributed and shipped', () => {
    const manifest = read('package.json') as {
      readonly files: readonly string[];
      readonly contributes: { readonly jsonValidation: readonly { readonly url: string }[] };
    };
    assert.deepEqual(
      manifest.contributes.jsonValidation.map(({ url }) => url),
      ['./media/schemas/appc-manifest.schema.json'],
    );
    assert.ok(manifest.files.includes('media/schemas'));
  });
});
