import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expandReferences, referencesIn } from '../../../../server/src/domain/pod/kubernetes/expand.ts';

const VALUES = new Map([
  ['A', 'one'],
  ['B', '$(A)'],
  ['EMPTY', ''],
  ['a.b-c', 'dots'],
]);

describe('expandReferences', () => {
  for (const [text, expected] of [
    ['plain', 'plain'],
    ['$(A)', 'one'],
    ['x$(A)y$(A)', 'xoney' + 'one'],
    ['$(B)', '$(A)'],
    ['$(EMPTY)', ''],
    ['$(a.b-c)', 'dots'],
    ['$(NONE)', '$(NONE)'],
    ['$$(A)', '$(A)'],
    ['$$$(A)', '$one'],
    ['$$$$(A)', '$$(A)'],
    ['$$', '$'],
    ['$', '$'],
    ['$A ${A}', '$A ${A}'],
    ['$(A', '$(A'],
    ['$()', '$()'],
    ['$($(A)', '$($(A)'],
  ] as const)
    it(`makes ${JSON.stringify(expected)} of ${JSON.stringify(text)}`, () => {
      assert.equal(expandReferences(text, VALUES), expected);
    });
});

describe('referencesIn', () => {
  it('finds the names that are not escaped', () => {
    assert.deepEqual(referencesIn('$(A)$$(B)$$$(C) $(D'), ['A', 'C']);
  });
});
