import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { MetaTagReader, speaksOf } from '../../../server/src/engine/discovery/meta-tags.ts';
import type { DiscoveryTags } from '../../../server/src/engine/discovery/meta-tags.ts';

function read(...pieces: (string | Uint8Array)[]): DiscoveryTags {
  const reader = new MetaTagReader();
  for (const piece of pieces) reader.push(Buffer.from(piece));
  return reader.end();
}

const TAG = '<meta name="ac-discovery" content="example.com https://example.com/{name}.{ext}">';
const TEMPLATE = { prefix: 'example.com', value: 'https://example.com/{name}.{ext}' };

describe('the tags of a discovery page', () => {
  it('are templates and keys, in order', () => {
    const page = `<!doctype html><html><head>${TAG}<META NAME='AC-Discovery-Pubkeys' CONTENT=" a.example
      https://a.example/keys.gpg "/>${TAG}</head></html>`;
    assert.deepEqual(read(page), {
      templates: [TEMPLATE, TEMPLATE],
      keys: [{ prefix: 'a.example', value: 'https://a.example/keys.gpg' }],
    });
  });

  it('are not what only looks like tags', () => {
    const page = `<!-- ${TAG} --><script>'${TAG}'</script><title>${TAG}</title><p title='${TAG}'>`;
    assert.deepEqual(read(page), { templates: [], keys: [] });
  });

  it('are found behind broken markup, and entities in them are read', () => {
    const page = `<html><<p><meta><meta name="ac-discovery"><meta name="ac-discovery" content="a b c"></div><b><1>
      <meta name=ac-discovery content="a.example https://a.example/?x=1&amp;{ext}">`;
    assert.deepEqual(read(page).templates, [{ prefix: 'a.example', value: 'https://a.example/?x=1&{ext}' }]);
  });

  it('do not depend on how the page comes in pieces', () => {
    const page = Buffer.from(`<p title="ü€">${TAG}`);
    fc.assert(
      fc.property(fc.array(fc.nat(page.length), { maxLength: 5 }), (cuts) => {
        const ends = [...cuts.toSorted((a, b) => a - b), page.length];
        const pieces = ends.map((end, at) => page.subarray(ends[at - 1] ?? 0, end));
        assert.deepEqual(read(...pieces).templates, [TEMPLATE]);
      }),
    );
  });

  it('are read from any bytes without a failure', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void read(bytes)));
  });
});

describe('a tag speaks of', () => {
  for (const [prefix, name, expected] of [
    ['example.com', 'example.com', true],
    ['example.com', 'example.com/app', true],
    ['example.com/', 'example.com/app', true],
    ['example.com/app', 'example.com/app/sub', true],
    ['example.com/ap', 'example.com/app', false],
    ['example.com/app', 'example.com', false],
    ['ample.com', 'example.com', false],
    ['', 'example.com', false],
  ] as const) {
    it(`${name}, by the prefix "${prefix}": ${expected}`, () => {
      assert.equal(speaksOf({ prefix, value: '' }, name), expected);
    });
  }
});
