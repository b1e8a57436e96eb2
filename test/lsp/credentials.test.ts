import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseCredentials } from '../../server/src/lsp/credentials.ts';

const CARLY = { username: 'carly', password: 'open sesame' };

describe('the credentials of a client', () => {
  it('are those that are whole', () => {
    const registries = {
      'r.example': { ...CARLY, more: 1 },
      's.example': { username: 'dana' },
      't.example': 7,
    };
    assert.deepEqual(parseCredentials({ registries }), { 'r.example': CARLY });
  });

  it('are none where the client sends none, whatever it sends', () => {
    for (const value of [undefined, null, 7, [], {}, { registries: [] }, { registries: 'all' }]) {
      assert.deepEqual(parseCredentials(value), {});
    }
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const { username, password } of Object.values(parseCredentials({ registries: value }))) {
          assert.deepEqual([typeof username, typeof password], ['string', 'string']);
        }
      }),
    );
  });
});
