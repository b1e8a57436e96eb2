import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { continuesAt, strongValidator } from '../../../server/src/engine/http/content-range.ts';

describe('continuesAt', () => {
  it('takes exactly the rest, of a length that is known or not', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1 }), (from, rest) => {
        const size = from + rest;
        assert.ok(continuesAt(`bytes ${from}-${size - 1}/${size}`, from, size));
        assert.ok(continuesAt(`bytes ${from}-${size - 1}/*`, from, size));
      }),
    );
  });

  it('takes nothing else', () => {
    const number = fc.nat({ max: 20 });
    fc.assert(
      fc.property(number, number, number, (first, last, total) => {
        const isRest = first === 5 && last === 9 && total === 10;
        assert.equal(continuesAt(`bytes ${first}-${last}/${total}`, 5, 10), isRest);
      }),
    );
    for (const header of [
      undefined,
      '',
      'bytes */10',
      'items 5-9/10',
      'bytes 5-9/10 ',
      'bytes=5-9/10',
      'bytes 5-9',
    ]) {
      assert.equal(continuesAt(header, 5, 10), false);
    }
  });
});

describe('strongValidator', () => {
  it('takes strong ETags only', () => {
    assert.equal(strongValidator('"sha256:abc"'), '"sha256:abc"');
    for (const etag of [
      undefined,
      '',
      'W/"a"',
      'abc',
      '""',
      '"a"b"',
      '"a\u0000"',
      '"é"',
      `"${'a'.repeat(2000)}"`,
    ]) {
      assert.equal(strongValidator(etag), null, etag);
    }
  });
});
