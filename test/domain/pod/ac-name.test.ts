import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { acNameOf, uniqueName } from '../../../server/src/domain/pod/ac-name.ts';
import { TEXT } from '../../../server/src/manifest/appc-schema/text-kinds.ts';
import { anyText } from '../../helpers/any-text.ts';

describe('acNameOf', () => {
  it('does what appc does with the characters that a name cannot have', () => {
    assert.equal(acNameOf('My_App.v2'), 'my-app-v2');
    assert.equal(acNameOf('_~web~_'), 'web');
    assert.equal(acNameOf('a__b'), 'a--b');
    assert.equal(acNameOf('...'), '');
  });

  it('gives a name of appc or nothing', () =>
    fc.assert(
      fc.property(anyText(), (text) => {
        const name = acNameOf(text);
        assert.ok(name === '' || TEXT.acName.fits(name), name);
      }),
    ));
});

describe('uniqueName', () => {
  it('takes the lowest free number, and remembers', () => {
    const taken = new Set(['web', 'web-1']);
    assert.deepEqual(
      [uniqueName('db', taken), uniqueName('web', taken), uniqueName('web', taken)],
      ['db', 'web-2', 'web-3'],
    );
  });
});
