import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkExpected } from '../../../server/src/engine/sources/expectation.ts';
import type { Expectation } from '../../../server/src/engine/sources/expectation.ts';

const imageId = `sha512-${'ab'.repeat(64)}`;
const image = { name: 'example.com/app', labels: { version: '1', extra: 'x' }, imageId, size: 100 };

const expected = (labels: Record<string, string>, more: Partial<Expectation> = {}): Expectation => ({
  named: { kind: 'name', canonical: 'example.com/app', name: 'example.com/app', labels },
  imageId: null,
  size: null,
  ...more,
});

describe('what was asked for', () => {
  it('may leave labels open, and give an ID in short', () => {
    checkExpected(image, expected({}), 'here');
    checkExpected(image, expected({ version: '1' }, { imageId: imageId.slice(0, 20), size: 100 }), 'here');
  });

  for (const [what, wanted, code, message] of [
    ['another label', expected({ version: '2' }), 'E_MANIFEST', /its label "version" is "1", and "2" was/],
    [
      'a label that is not there',
      expected({ os: 'linux' }),
      'E_MANIFEST',
      /it has no label "os", and "linux" was/,
    ],
    [
      'a label by the name of what every object has',
      expected({ constructor: 'x' }),
      'E_MANIFEST',
      /no label/,
    ],
    [
      'a label that would clear the screen, and fill it',
      expected({ version: `\u001b[2J\n${'x'.repeat(10_000)}` }),
      'E_MANIFEST',
      /^[ -~…]{1,300}$/,
    ],
    ['another ID', expected({}, { imageId: 'sha512-cd' }), 'E_DIGEST', /its image ID is sha512-abab/],
    ['another size', expected({}, { size: 99 }), 'E_SIZE', /it has 100 bytes, and .* says 99/],
  ] as const) {
    it(`is not ${what}`, () => {
      assert.throws(() => checkExpected(image, wanted, 'here'), { code, message });
    });
  }
});
