import fc from 'fast-check';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LarderError } from '../../server/src/domain/errors.ts';
import { parseGoDuration } from '../../server/src/domain/go-duration.ts';

describe('a length of time in the syntax of Go', () => {
  const cases: readonly (readonly [string, number])[] = [
    ['24h', 86_400_000],
    ['30m', 1_800_000],
    ['1h30m', 5_400_000],
    ['0s', 0],
    ['0', 0],
    ['1.5h', 5_400_000],
    ['.5s', 500],
    ['1.s', 1000],
    ['250ms', 250],
    ['1500us', 2],
    ['1500µs', 2],
    ['1000000ns', 1],
    ['1h1h', 7_200_000],
  ];
  for (const [text, expected] of cases)
    it(`${text} is ${expected} ms`, () => assert.equal(parseGoDuration(text), expected));

  for (const text of [
    '',
    '24',
    'h',
    '1d',
    '-1h',
    '1h ',
    ' 1h',
    '1h30',
    '1,5h',
    '.h',
    '9e9h',
    '99999999999999h',
  ])
    it(`${JSON.stringify(text)} is none`, () =>
      assert.throws(
        () => parseGoDuration(text),
        (error) => error instanceof LarderError && error.code === 'E_USAGE',
      ));

  it('is the sum of its parts', () => {
    const parts = fc.record({ h: fc.nat(1000), m: fc.nat(1000), s: fc.nat(1000), ms: fc.nat(1000) });
    fc.assert(
      fc.property(parts, ({ h, m, s, ms }) => {
        assert.equal(parseGoDuration(`${h}h${m}m${s}s${ms}ms`), ((h * 60 + m) * 60 + s) * 1000 + ms);
      }),
    );
  });
});
