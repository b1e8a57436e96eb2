import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { ManifestImage } from '../../server/src/manifest/manifest.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';
import { readMarkers } from '../helpers/markers.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/manifest');
const TEXTS = readdirSync(FIXTURES)
  .filter((name) => /\.(?:yaml|json)$/.test(name))
  .map((name) => readMarkers(readFileSync(join(FIXTURES, name), 'utf8')).text);

function imagesIn(text: string, format: 'yaml' | 'json'): ManifestImage[] {
  return readManifest(text, format).documents.flatMap(({ pods }) => pods.flatMap(({ images }) => images));
}

/** Spans lie in the text, and a value without quotes' escapes and folded lines is the text it points at. */
function checkSpans(text: string, images: readonly ManifestImage[]): void {
  for (const { image, pullPolicy, misspelledKeys, syntax } of images) {
    for (const placed of [image, ...(pullPolicy ? [pullPolicy] : []), ...misspelledKeys]) {
      const { start, end } = placed.definition ?? placed.span;
      assert.ok(0 <= start && start <= end && end <= text.length);
      const written = text.slice(start, end);
      if (syntax === 'docker' && !/[\n\\]|''/.test(written))
        assert.equal(placed.value.trim(), written.trim());
    }
  }
}

describe('reading any text', () => {
  const format = fc.constantFrom('yaml' as const, 'json' as const);
  const mutation = fc.record({
    at: fc.nat(),
    remove: fc.nat(12),
    insert: fc.oneof(
      fc.string({ maxLength: 4 }),
      fc.constantFrom(
        '"',
        "'",
        '[',
        '{',
        '}',
        '|',
        '>',
        '&a ',
        '*a',
        '<<: ',
        '\t',
        '\n',
        '\r\n',
        '- ',
        ': ',
        '#',
        '{{',
        '\uFEFF',
      ),
    ),
  });

  it('never throws and never points elsewhere, for changed manifests', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...TEXTS),
        format,
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        (text, as, mutations) => {
          let changed = text;
          for (const { at, remove, insert } of mutations) {
            const place = at % (changed.length + 1);
            changed = changed.slice(0, place) + insert + changed.slice(place + remove);
          }
          checkSpans(changed, imagesIn(changed, as));
        },
      ),
      { numRuns: 400 },
    );
  });

  it('never throws, for noise behind a kind', () => {
    const noise = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('\n', '  ', ': ', '- ', 'spec', 'containers', 'image', '{', '[')),
    );
    fc.assert(
      fc.property(noise, format, (pieces, as) => {
        const text = `kind: Pod\n${pieces.join('')}`;
        checkSpans(text, imagesIn(text, as));
      }),
    );
  });

  it('loses no other document of a file to an error in one', () => {
    const good = 'kind: Pod\nspec: { containers: [{ image: good }] }\n';
    fc.assert(
      fc.property(fc.constantFrom(...TEXTS), fc.nat(), (text, cut) => {
        const broken = text.slice(0, cut % (text.length + 1));
        const images = imagesIn(`---\n${good}---\n${broken}\n---\n${good}`, 'yaml').map(
          ({ image }) => image.value,
        );
        assert.equal(images.at(0), 'good');
        assert.equal(images.at(-1), 'good');
      }),
      { numRuns: 50 },
    );
  });
});

describe('hostile texts', () => {
  const pod = 'kind: Pod\nspec:\n  containers:\n    - image: found\n';
  const deep = 20_000;

  for (const [name, text] of Object.entries({
    'open brackets': `kind: Pod\nspec: ${'['.repeat(deep)}`,
    'closed brackets': `kind: Pod\nspec: ${'['.repeat(deep)}${']'.repeat(deep)}`,
    'open maps': `kind: Pod\nspec: ${'{a: '.repeat(deep)}`,
    dashes: `kind: Pod\nspec:\n ${'- '.repeat(deep)}`,
    'explicit keys': `kind: Pod\n${'? '.repeat(deep)}`,
  })) {
    it(`${name}, ${deep} deep, have no images and do no harm`, () =>
      assert.deepEqual(imagesIn(text, 'yaml'), []));
  }

  it('JSON nested deeper than the stack has no images', () => {
    assert.deepEqual(imagesIn(`{"kind": "Pod", "spec": ${'['.repeat(200_000)}`, 'json'), []);
  });

  it('a huge scalar is read past', () => {
    const text = `${pod}  note: |\n${'    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n'.repeat(50_000)}`;
    assert.deepEqual(
      imagesIn(text, 'yaml').map(({ image }) => image.value),
      ['found'],
    );
  });

  it('aliases that stand for a billion containers are capped', () => {
    const level = (n: number) => `l${n}: &l${n} [${`{kind: List, items: *l${n - 1}}, `.repeat(10)}]\n`;
    const bomb = `kind: List\nl0: &l0 [{kind: Pod, spec: {containers: [{image: x}]}}]\n${[1, 2, 3, 4, 5, 6, 7, 8, 9].map(level).join('')}`;
    assert.ok(imagesIn(`${bomb}items: *l9\n`, 'yaml').length <= 10_000);
    assert.equal(imagesIn(`${bomb}items: *l2\n`, 'yaml').length, 100);
  });

  it('merge keys that branch without end are capped', () => {
    const level = (n: number) => `m${n}: &m${n} {<<: [*m${n - 1}, *m${n - 1}], a${n}: 1}\n`;
    const bomb = `m0: &m0 {image: x}\n${Array.from({ length: 60 }, (_, n) => level(n + 1)).join('')}`;
    assert.deepEqual(
      imagesIn(`${bomb}${pod}    - <<: *m60\n`, 'yaml').map(({ image }) => image.value),
      ['found', 'x'],
    );
  });
});
