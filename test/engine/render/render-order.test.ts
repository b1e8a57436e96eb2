import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { treeKey } from '../../../server/src/engine/render/render-image.ts';
import { renderOrder } from '../../../server/src/engine/render/render-order.ts';

/** The order of images, each with the whitelist above it, as `name` or `name<list`. */
function order(
  graph: Readonly<Record<string, readonly string[]>>,
  lists: Readonly<Record<string, readonly string[]>> = {},
): string[] {
  const known = (id: string): { aci: string; pathWhitelist: readonly string[] } => ({
    aci: `/${id}`,
    pathWhitelist: lists[id] ?? [],
  });
  const images = renderOrder('top', new Map(Object.entries(graph)), known);
  for (const { imageId, aci } of images) assert.equal(aci, `/${imageId}`);
  return images.map(({ imageId, within }) => [imageId, ...within].join('<'));
}

describe('the order of images in a tree', () => {
  it('has dependencies first, in the order of the manifest', () => {
    assert.deepEqual(order({ top: ['a', 'b'], a: ['c'], b: [], c: [] }), ['c', 'a', 'b', 'top']);
    assert.deepEqual(order({ top: [] }), ['top']);
  });

  it('has an image that several depend on where it counts most', () => {
    assert.deepEqual(order({ top: ['a', 'b'], a: ['base'], b: ['base'], base: [] }), [
      'a',
      'base',
      'b',
      'top',
    ]);
  });

  it('ends where dependencies go in circles', () => {
    assert.deepEqual(order({ top: ['a'], a: ['b'], b: ['a', 'top'] }), ['b', 'a', 'top']);
  });

  it('stays short where images are shared at every level', () => {
    const graph: Record<string, string[]> = { top: ['0a', '0b'] };
    for (let i = 0; i < 60; i++) graph[`${i}a`] = graph[`${i}b`] = [`${i + 1}a`, `${i + 1}b`];
    assert.equal(order(graph).length, 123);
  });

  it('has the whitelist of the topmost image that has one hold for all below it', () => {
    const graph = { top: ['a', 'b'], a: ['c'], b: ['c'], c: ['d'], d: [] };
    assert.deepEqual(order(graph, { a: ['/a'], c: ['/c'] }), ['d</a', 'c</a', 'a', 'd</c', 'c', 'b', 'top']);
    const all = ['d</t', 'c</t', 'b</t', 'top'];
    assert.deepEqual(order(graph, { top: ['/t'], a: ['/a'] }), ['a</t', ...all]);
  });
});

describe('the key of a tree', () => {
  const [a, b] = ['a', 'b'].map((imageId) => ({
    imageId,
    aci: '/x',
    pathWhitelist: ['/1', '/2'],
    within: [],
  }));
  assert.ok(a && b);

  it('depends on the images, their order and their whitelists, and on nothing else', () => {
    const keys = [[a, b], [b, a], [a], [{ ...a, within: ['/1'] }], [{ ...a, pathWhitelist: [] }]].map(
      treeKey,
    );
    assert.equal(new Set(keys).size, keys.length);
    assert.match(treeKey([a]), /^sha512-[0-9a-f]{128}$/);
    assert.equal(treeKey([{ ...a, aci: '/y', pathWhitelist: ['/2', '/1'] }]), treeKey([a]));
  });
});
