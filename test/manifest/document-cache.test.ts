import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DocumentCache } from '../../server/src/manifest/document-cache.ts';
import { readDocument } from '../../server/src/manifest/read-document.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';

function deployment(index: number): string {
  return [
    'apiVersion: apps/v1',
    'kind: Deployment',
    `metadata: { name: app-${index} }`,
    'spec:',
    '  template:',
    '    spec:',
    '      containers:',
    '        - name: web',
    `          image: example.com/web-${index}:1.4`,
    '          imagePullPolicy: Always',
    '---',
    '',
  ].join('\n');
}

/** A cache, and the texts of the documents it has parsed. */
function countingCache(): { cache: DocumentCache; parsed: string[] } {
  const parsed: string[] = [];
  const cache = new DocumentCache((text, format) => {
    parsed.push(text);
    return readDocument(text, format);
  });
  return { cache, parsed };
}

const FILE = Array.from({ length: 500 }, (_, index) => deployment(index)).join('');

describe('DocumentCache', () => {
  it('parses only the document that an edit changes', () => {
    const { cache, parsed } = countingCache();
    const before = cache.read('file:///a.yaml', FILE, 'yaml');
    assert.equal(before.documents.flatMap(({ pods }) => pods).length, 500);
    parsed.length = 0;

    const edited = FILE.replace('web-250:1.4', 'web-250:1.4.1');
    const after = cache.read('file:///a.yaml', edited, 'yaml');
    assert.equal(parsed.length, 1);
    assert.match(parsed[0] ?? '', /web-250:1\.4\.1/);
    assert.deepEqual(after, readManifest(edited, 'yaml'));
    assert.equal(
      after.documents[249],
      before.documents[249],
      'a document that did not move is the same object',
    );
    assert.notEqual(after.documents[251], before.documents[251], 'one that moved is another');
  });

  it('parses the two halves when a document is split, and the whole when it is joined again', () => {
    const { cache, parsed } = countingCache();
    cache.read('file:///a.yaml', FILE, 'yaml');
    parsed.length = 0;
    cache.read('file:///a.yaml', FILE.replace('metadata: { name: app-7 }', '---\na: 1'), 'yaml');
    assert.equal(parsed.length, 2);
    cache.read('file:///a.yaml', FILE, 'yaml');
    assert.equal(parsed.length, 3);
  });

  it('parses equal documents once and places each', () => {
    const { cache, parsed } = countingCache();
    const text = `---\n${deployment(1)}`.repeat(3);
    assert.deepEqual(cache.read('file:///a.yaml', text, 'yaml'), readManifest(text, 'yaml'));
    assert.equal(parsed.filter((document) => document.includes('kind')).length, 1);
  });

  it('gives the same manifest for the same text', () => {
    const { cache, parsed } = countingCache();
    const first = cache.read('file:///a.yaml', FILE, 'yaml');
    parsed.length = 0;
    assert.equal(cache.read('file:///a.yaml', FILE, 'yaml'), first);
    assert.equal(parsed.length, 0);
  });

  it('keeps files and formats apart, and forgets closed files', () => {
    const { cache, parsed } = countingCache();
    const text = '{"kind": "Pod", "spec": {"containers": [{"image": "a"}]}}';
    cache.read('file:///a', text, 'json');
    cache.read('file:///b', text, 'json');
    cache.read('file:///a', text, 'yaml');
    cache.forget('file:///b');
    cache.read('file:///b', text, 'json');
    assert.equal(parsed.length, 4);
  });

  it('reads after any edits what a fresh read finds', () => {
    const edit = fc.record({
      at: fc.nat(2000),
      remove: fc.nat(60),
      insert: fc.constantFrom(
        '',
        'x',
        '\n',
        '---\n',
        '\n---\n',
        '...\n',
        '"',
        '{{',
        '}}',
        '  ',
        'image: b\n',
        '*a',
        '- ',
      ),
    });
    const start = `# first\n---\n${[1, 2, 3, 4].map(deployment).join('')}`;
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        const cache = new DocumentCache();
        let text = start;
        for (const { at, remove, insert } of edits) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + remove);
          assert.deepEqual(cache.read('file:///a.yaml', text, 'yaml'), readManifest(text, 'yaml'));
        }
      }),
      { numRuns: 60 },
    );
  });
});
