import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ERROR_CODES, LarderError, toLarderError } from '../../server/src/domain/errors.ts';

describe('docs/errors.md', () => {
  it('has a row for every code, and none for another', () => {
    const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
    const rows = Array.from(page.matchAll(/^\| `(E_\w+)` +\| \S.* \| \S.* \|$/gm), ([, code]) => code);
    assert.deepEqual(rows.toSorted(), [...ERROR_CODES].sort());
  });
});

describe('toLarderError', () => {
  it('leaves a sentence as it is', () => {
    const error = new LarderError('E_TLS', 'A sentence.');
    assert.equal(toLarderError(error, 'testing'), error);
  });

  it('makes one of anything else, with what was being done', () => {
    for (const thrown of [new TypeError('oops'), 'oops']) {
      const { code, message, cause } = toLarderError(thrown, 'testing');
      assert.deepEqual([code, cause], ['E_INTERNAL', thrown]);
      assert.equal(message, 'Larder failed unexpectedly while testing: oops.');
    }
  });
});
