import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { age, ageChangesAt, duration } from '../../server/src/domain/age.ts';
import { NOW } from '../helpers/records.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('age', () => {
  const table: [number, string][] = [
    [0, 'just now'],
    [MINUTE - 1, 'just now'],
    [MINUTE, '1 min ago'],
    [HOUR - 1, '59 min ago'],
    [HOUR, '1 h ago'],
    [DAY - 1, '23 h ago'],
    [DAY, '1 day ago'],
    [29 * DAY, '29 days ago'],
    [30 * DAY, '1 month ago'],
    [364 * DAY, '12 months ago'],
    [365 * DAY, '1 year ago'],
    [800 * DAY, '2 years ago'],
  ];
  for (const [elapsed, words] of table) {
    it(`says ${words} after ${elapsed} ms`, () => assert.equal(age(NOW - elapsed, NOW), words));
  }

  it('allows clocks that differ a little, and says when one was set back', () => {
    assert.equal(age(NOW + MINUTE - 1, NOW), 'just now');
    assert.equal(age(NOW + MINUTE, NOW), 'in the future by this clock');
  });
});

describe('duration', () => {
  it('rounds down, and has words for less than its smallest unit', () => {
    assert.equal(duration(57 * MINUTE + 59 * SECOND), '57 min');
    assert.equal(duration(59 * SECOND), 'less than a minute');
  });
});

describe('ageChangesAt', () => {
  it('is the first moment at which the words differ', () => {
    const elapsed = fc.oneof(
      fc.integer({ min: -2 * HOUR, max: 2 * HOUR }),
      fc.integer({ min: 0, max: 900 * DAY }),
      fc.integer({ min: 359 * DAY, max: 366 * DAY }),
    );
    fc.assert(
      fc.property(elapsed, fc.double({ min: 0, max: 1, noNaN: true }), (elapsed, part) => {
        const then = NOW - elapsed;
        const change = ageChangesAt(then, NOW);
        assert.ok(change > NOW);
        assert.notEqual(age(then, change), age(then, NOW));
        const before = NOW + Math.floor((change - 1 - NOW) * part);
        assert.equal(age(then, before), age(then, NOW));
      }),
    );
  });
});
