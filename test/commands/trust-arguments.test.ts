import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseInspectKeysArguments, parseTrustArguments } from '../../server/src/commands/trust-arguments.ts';
import { LarderError } from '../../server/src/domain/errors.ts';

const USAGE = { name: 'LarderError', code: 'E_USAGE' };
const CONFIRMED = { scope: 'example.com/app', fingerprint: 'ab'.repeat(20), armored: '-----BEGIN' };

describe('the arguments of larder.inspectKeys', () => {
  it('name which images the keys are meant for, and may say where a key is', () => {
    assert.deepEqual(parseInspectKeysArguments({ scope: 'example.com', more: 1 }), { scope: 'example.com' });
    for (const key of ['https://example.com/key', '/keys/a.asc']) {
      assert.deepEqual(parseInspectKeysArguments({ scope: null, key }), { scope: null, key });
    }
  });

  const refused: readonly (readonly [string, unknown])[] = [
    ['nothing', undefined],
    ['no scope', {}],
    ['a scope that is not a text', { scope: 1 }],
    ['a scope beyond all bounds', { scope: 'a'.repeat(5000) }],
    ['a relative path', { scope: null, key: 'a.asc' }],
    ['another scheme', { scope: null, key: 'file:///keys/a.asc' }],
    ['a key that is not a text', { scope: null, key: ['/keys/a.asc'] }],
  ];
  for (const [what, argument] of refused) {
    it(`are refused when they hold ${what}`, () => {
      assert.throws(() => parseInspectKeysArguments(argument), USAGE);
    });
  }
});

describe('the arguments of larder.trust', () => {
  it('hold the key and the fingerprint that was confirmed', () => {
    assert.deepEqual(parseTrustArguments({ ...CONFIRMED, more: 1 }), CONFIRMED);
    assert.deepEqual(parseTrustArguments({ ...CONFIRMED, scope: null }).scope, null);
  });

  const refused: readonly (readonly [string, object])[] = [
    ['no scope', { scope: undefined }],
    ['a part of a fingerprint', { fingerprint: 'ab'.repeat(8) }],
    ['a fingerprint that is a path', { fingerprint: '../../../../../../../../../../etc/key' }],
    ['no key', { armored: undefined }],
    ['a key beyond all bounds', { armored: 'a'.repeat((1 << 21) + 1) }],
  ];
  for (const [what, change] of refused) {
    it(`are refused when they hold ${what}`, () => {
      assert.throws(() => parseTrustArguments({ ...CONFIRMED, ...change }), USAGE);
    });
  }
});

it('the arguments of trust are read or refused with E_USAGE, whatever they are', () => {
  fc.assert(
    fc.property(fc.anything({ maxDepth: 2 }), (argument) => {
      for (const parse of [parseInspectKeysArguments, parseTrustArguments]) {
        try {
          parse(argument);
        } catch (error) {
          assert(error instanceof LarderError && error.code === 'E_USAGE');
        }
      }
    }),
  );
});
