import assert from 'node:assert/strict';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { Manifest, ManifestImage, Span } from '../../server/src/manifest/manifest.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';
import { readMarkers } from '../helpers/markers.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/manifest');
/** `LARDER_UPDATE=1 node --test …` writes what was found; review it with git diff. */
const UPDATE = process.env['LARDER_UPDATE'] === '1';

/** One line a pod, one line an image below it. */
function describeManifest(manifest: Manifest): string {
  const lines = manifest.documents.flatMap((document, index) =>
    document.pods.flatMap((pod) => [
      `${index + 1}: ${pod.kind} ${pod.name ?? '-'}`,
      ...pod.images.map((image) => `   ${describeImage(image)}`),
    ]),
  );
  return lines.map((line) => `${line}\n`).join('');
}

function describeImage({
  role,
  name,
  image,
  syntax,
  unresolved,
  pullPolicy,
  misspelledKeys,
}: ManifestImage): string {
  const parts = [role, name ?? '-', syntax === 'appc' ? `appc ${image.value}` : image.value];
  if (unresolved) parts.push('unresolved');
  if (pullPolicy !== undefined) parts.push(`policy ${pullPolicy.value}`);
  for (const key of misspelledKeys) parts.push(`key ${key.value} meant ${key.meant}`);
  return parts.join(', ');
}

/** The spans found, by the marker that a fixture has for them; each once, in order. */
function foundSpans(manifest: Manifest): Record<string, Span[]> {
  const pods = manifest.documents.flatMap((document) => document.pods);
  const images = pods.flatMap((pod) => pod.images);
  return {
    anchor: sorted(pods.map((pod) => pod.anchor)),
    image: sorted(images.map(({ image }) => image.span)),
    policy: sorted(
      images.flatMap(({ pullPolicy }) => (pullPolicy && !pullPolicy.definition ? [pullPolicy.span] : [])),
    ),
    key: sorted(images.flatMap(({ misspelledKeys }) => misspelledKeys.map((key) => key.span))),
  };
}

function sorted(spans: Span[]): Span[] {
  const byPlace = new Map(spans.map(({ start, end }) => [start, { start, end }]));
  return [...byPlace.values()].sort((a, b) => a.start - b.start);
}

describe('readManifest', () => {
  for (const file of readdirSync(FIXTURES).filter((name) => /\.(?:yaml|json)$/.test(name))) {
    const { text, marks } = readMarkers(readFileSync(join(FIXTURES, file), 'utf8'));
    const format = file.endsWith('.json') ? 'json' : 'yaml';

    it(`finds the pods and images of ${file}`, () => {
      const found = describeManifest(readManifest(text, format));
      const expected = join(FIXTURES, `${file}.txt`);
      if (UPDATE) writeFileSync(expected, found);
      assert.equal(found, readFileSync(expected, 'utf8'));
    });

    it(`places them in ${file}`, () => {
      const found = foundSpans(readManifest(text, format));
      for (const label of Object.keys(found)) {
        const expected = marks.filter((mark) => mark.label === label).map((mark) => mark.span);
        const show = (spans: Span[] = []) =>
          spans.map(({ start, end }) => `${start}: ${text.slice(start, end)}`);
        assert.deepEqual(show(found[label]), show(expected), label);
      }
    });

    it(`finds the same in ${file} with CRLF and a byte order mark`, () => {
      const windows = `\uFEFF${text.replaceAll('\n', '\r\n')}`;
      assert.equal(
        describeManifest(readManifest(windows, format)),
        describeManifest(readManifest(text, format)),
      );
    });
  }

  it('covers the whole text with documents', () => {
    const { text } = readMarkers(readFileSync(join(FIXTURES, 'documents.yaml'), 'utf8'));
    const { documents } = readManifest(text, 'yaml');
    assert.equal(documents.map(({ span }) => text.slice(span.start, span.end)).join(''), text);
  });
});
