import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { formatPax, parsePax } from '../../../server/src/engine/aci/pax.ts';

const bytes = (max: number): fc.Arbitrary<string> =>
  fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array).toString('latin1'));

describe('PAX records', () => {
  it('come back as they were written, whatever bytes they hold', () => {
    const key = fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((text) => /^[\x21-\x3c\x3e-\x7e]+$/.test(text));
    fc.assert(
      fc.property(fc.array(fc.tuple(key, bytes(200))), (pairs) => {
        const records = new Map(pairs.map(([name, value]) => [`x.${name}`, value]));
        const read = parsePax(formatPax(records));
        assert.deepEqual([...read].sort(), [...records].sort());
      }),
    );
  });

  it('count the digits of their own length', () => {
    // The lengths around which a digit is added.
    for (let size = 1; size < 1100; size++) {
      const data = formatPax(new Map([['k', 'v'.repeat(size)]]));
      assert.equal(Number.parseInt(data.toString(), 10), data.length);
    }
  });

  it('are sorted, so that the same records give the same bytes', () => {
    const one = formatPax(
      new Map([
        ['b', '2'],
        ['a', '1'],
      ]),
    );
    const other = formatPax(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
    assert.deepEqual(one, other);
    assert.equal(one.toString(), '6 a=1\n6 b=2\n');
  });

  for (const [what, text] of [
    ['a length that is too large', '99 a=1\n'],
    ['a length that is too small', '4 a=1\n'],
    ['no length', 'a=1\n'],
    ['a negative length', '-6 a=1\n'],
    ['a length with a leading zero', '06 a=1\n'],
    ['no equals sign', '6 ab1\n'],
    ['no keyword', '5 =1\n'],
    ['no newline at its end', '6 a=1x'],
    ['a NUL in a path', '10 path=\0\n'],
  ] as const) {
    it(`are refused with ${what}`, () => {
      assert.throws(() => parsePax(Buffer.from(text)), { code: 'E_ARCHIVE' });
    });
  }

  it('never fail but with E_ARCHIVE', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (array) => {
        try {
          parsePax(Buffer.from(array));
        } catch (error) {
          assert.ok(error instanceof LarderError && error.code === 'E_ARCHIVE');
        }
      }),
    );
  });
});
