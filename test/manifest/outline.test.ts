import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readOutline } from '../../server/src/manifest/outline.ts';
import type { TreeNode } from '../../server/src/manifest/tree.ts';

/** The tree as plain values; `opaque` for what an outline does not look into. */
function plain(node: TreeNode | undefined): unknown {
  switch (node?.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key.value, plain(value)]));
    case 'seq':
      return node.items.map(plain);
    case 'scalar':
      return node.value;
    case 'alias':
    case undefined:
      return null;
  }
}

function outline(...lines: string[]): unknown {
  const text = lines.join('\n');
  return plain(readOutline(text, text));
}

describe('readOutline', () => {
  it('reads maps, sequences and scalars by their columns', () => {
    const found = outline('a:', '  b: 1', '  c:', '  - d: 2', '    e: 3', '  - - f', '    - g', 'h: i');
    assert.deepEqual(found, { a: { b: '1', c: [{ d: '2', e: '3' }, ['f', 'g']] }, h: 'i' });
  });

  it('reads quoted keys, quoted values, comments, tags and anchors', () => {
    const found = outline(
      '"a b": "c # d" # e',
      "'f': 'g'",
      'h: &i !!str j # k',
      '# l',
      '',
      'm: # n',
      '  o: p',
    );
    assert.deepEqual(found, { 'a b': 'c # d', f: 'g', h: 'j', m: { o: 'p' } });
  });

  it('ends an open quote or bracket with its line', () => {
    assert.deepEqual(outline('a: "b', "c: 'd", 'e: [f', 'g: {h', 'i: j'), {
      a: 'b',
      c: 'd',
      e: [],
      g: [],
      i: 'j',
    });
  });

  it('does not read the text of a block scalar', () => {
    const found = outline(
      '- a: |',
      '    b: c',
      '',
      '    d: e',
      '  f: >-',
      '    g: h',
      '- |',
      '  i: j',
      '- k: l',
    );
    assert.deepEqual(found, [{ a: [], f: [] }, [], { k: 'l' }]);
  });

  it('leaves out lines that are no entry', () => {
    assert.deepEqual(outline('a: b', 'imageP', ']', '}}}', ': x', '%y', 'c: d'), { a: 'b', c: 'd' });
  });

  it('takes a key at an odd column for the nearest map', () => {
    assert.deepEqual(outline('a:', '  - b: 1', '   c: 2', '     d: 3', 'e: 4'), {
      a: [{ b: '1', c: '2', d: '3' }],
      e: '4',
    });
    assert.deepEqual(outline('a:', '    b: 1', '  c: 2', 'd: 3'), { a: { b: '1', c: '2' }, d: '3' });
  });

  it('takes a key below the dashes for the last item, unless the map around has that column', () => {
    assert.deepEqual(outline('a:', '  - b: 1', '  c: 2', '  - b: 3'), {
      a: [{ b: '1', c: '2' }, { b: '3' }],
    });
    assert.deepEqual(outline('a:', '- b: 1', 'c: 2'), { a: [{ b: '1' }], c: '2' });
  });

  it('finds a sequence again behind a key that is out of its column', () => {
    const found = outline('s:', '  a:', '    - b: 1', '  c: 2', '    - b: 3');
    assert.deepEqual(found, { s: { a: [{ b: '1' }, { b: '3' }], c: '2' } });
  });

  it('takes a line behind a tab for the block above', () => {
    assert.deepEqual(outline('a:', '  b: 1', '\tc: 2', '  d: 3'), { a: { b: '1', c: '2', d: '3' } });
  });

  it('reads values as written where templates are masked', () => {
    const text = 'a: {{ .b }}:1';
    assert.deepEqual(plain(readOutline('a: xxxxxxxx:1', text)), { a: '{{ .b }}:1' });
  });

  it('skips lines too long to hold keys, and stops at a depth no pod has', () => {
    assert.deepEqual(outline(`a: ${'x'.repeat(5000)}`, 'b: 1'), { b: '1' });
    assert.doesNotThrow(() => outline('- '.repeat(2000)));
  });

  it('reads nothing from nothing', () => assert.equal(outline(''), null));
});
