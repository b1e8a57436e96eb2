import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { errorDetail } from '../../../server/src/engine/http/error-detail.ts';

const detail = (value: unknown): string | undefined => errorDetail(Buffer.from(JSON.stringify(value)));

describe('errorDetail', () => {
  it('tells the errors of a registry, three at most', () => {
    const error = { code: 'DENIED', message: 'requested access is denied', detail: { secret: 1 } };
    assert.equal(detail({ errors: [error] }), 'DENIED: "requested access is denied"');
    assert.equal(detail({ errors: [{ code: 'A' }, { message: 'b' }, error, error] })?.split(', ').length, 3);
  });

  it('tells the errors of authorization servers', () => {
    assert.equal(detail({ error: 'invalid_scope', error_description: 'no' }), 'invalid_scope: "no"');
    assert.equal(detail({ details: 'incorrect username or password' }), '"incorrect username or password"');
  });

  it('lets nothing through that a terminal would obey', () => {
    assert.equal(detail({ errors: [{ code: 'A\u001b[2J', message: 'x\ny' }] }), '"A\\u{1b}[2J": "x\\u{a}y"');
  });

  for (const body of [
    '',
    '<html>502</html>',
    '[]',
    '"text"',
    '{}',
    '{"errors":[]}',
    '{"errors":[7]}',
    '{"code":7}',
  ]) {
    it(`says nothing of ${body === '' ? 'an empty body' : body}`, () => {
      assert.equal(errorDetail(Buffer.from(body)), undefined);
    });
  }

  it('stays short and on one line, whatever comes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const told = detail({ errors: [value, value] }) ?? '';
        assert.ok(told.length < 2000);
        assert.doesNotMatch(told, /\p{Cc}/u);
      }),
    );
  });
});
