import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { child, entriesOf, itemsOf, textOf } from '../../server/src/manifest/tree.ts';
import type { Reached } from '../../server/src/manifest/tree.ts';
import { readYamlTree } from '../../server/src/manifest/yaml-tree.ts';

function root(text: string): Reached {
  return { node: readYamlTree(text, text).root, via: undefined };
}

describe('child', () => {
  it('steps down along keys and reaches nothing where one is missing', () => {
    const tree = root('a: {b: {c: found}}');
    assert.equal(textOf(child(tree, 'a', 'b', 'c'))?.value, 'found');
    assert.equal(child(tree, 'a', 'x', 'c').node, undefined);
    assert.equal(child(tree, 'a', 'b', 'c', 'd').node, undefined);
  });

  it('takes the last of duplicate keys', () => {
    assert.equal(textOf(child(root('a: 1\na: 2'), 'a'))?.value, '2');
  });

  it("takes a map's own entry before merged ones, and of those the first", () => {
    const tree = root('[&x {a: 1, b: 1}, &y {b: 2, c: 2}, {<<: [*x, *y], a: 0}]');
    const merged = [...itemsOf(tree)][2] ?? tree;
    assert.deepEqual(
      ['a', 'b', 'c'].map((key) => textOf(child(merged, key))?.value),
      ['0', '1', '2'],
    );
  });

  it('merges a map that is written in place, and what it merges', () => {
    const tree = root('[&x {a: 1}, &y {<<: *x, b: 2}, {<<: *y}, {<<: {c: 3}}]');
    const [, , third, fourth] = [...itemsOf(tree)];
    assert.equal(third && textOf(child(third, 'a'))?.value, '1');
    assert.equal(fourth && textOf(child(fourth, 'c'))?.value, '3');
  });

  it('does not take a quoted << for a merge key', () => {
    assert.equal(child(root('"<<": {a: 1}'), 'a').node, undefined);
  });
});

describe('textOf', () => {
  const text = 'a: &a one\nb: *a\nc: &c {d: two}\ne: *c\nf: {<<: *c}\n';
  const at = (...keys: string[]) => {
    const placed = textOf(child(root(text), ...keys));
    const cut = (span?: { start: number; end: number }) => span && text.slice(span.start, span.end);
    return [placed?.value, cut(placed?.span), cut(placed?.definition)];
  };

  it('places a scalar where it is written', () => assert.deepEqual(at('a'), ['one', 'one', undefined]));
  it('places an aliased scalar at the alias', () => assert.deepEqual(at('b'), ['one', '*a', 'one']));
  it('places what is inside an aliased map at the alias', () =>
    assert.deepEqual(at('e', 'd'), ['two', '*c', 'two']));
  it('places what a merge key brings at the alias', () =>
    assert.deepEqual(at('f', 'd'), ['two', '*c', 'two']));
});

describe('entriesOf', () => {
  it('gives nothing for what is no map', () => {
    for (const text of ['', 'a', '[{a: 1}]', '*a']) assert.deepEqual([...entriesOf(root(text))], []);
  });

  it('visits a map once, however often it is merged', () => {
    const tree = root('[&x {a: 1}, {<<: [*x, *x, *x]}]');
    const second = [...itemsOf(tree)][1] ?? tree;
    assert.equal([...entriesOf(second)].length, 1);
  });
});
