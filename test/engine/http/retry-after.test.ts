import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseRetryAfter } from '../../../server/src/engine/http/retry-after.ts';
import { NOW } from '../../helpers/records.ts';

describe('parseRetryAfter', () => {
  const cases: readonly [string | undefined, number | null][] = [
    [undefined, null],
    ['0', 0],
    ['120', 120_000],
    [new Date(NOW + 90_000).toUTCString(), 90_000],
    ['Fri, 31 Dec 1999 23:59:59 GMT', 0],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['', null],
  ];
  for (const [value, expected] of cases) {
    it(`reads ${value ?? 'nothing'} as ${expected ?? 'nothing'}`, () => {
      assert.equal(parseRetryAfter(value, NOW), expected);
    });
  }

  it('is never negative', () => {
    fc.assert(fc.property(fc.string(), (value) => (parseRetryAfter(value, NOW) ?? 0) >= 0));
  });
});
