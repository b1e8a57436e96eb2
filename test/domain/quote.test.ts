import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { quote } from '../../server/src/domain/quote.ts';

describe('quote', () => {
  it('puts a plain text into quotes', () => assert.equal(quote('nginx:1.27'), '"nginx:1.27"'));

  it('escapes what a terminal would obey or nobody would see', () => {
    assert.equal(quote('a\u001b[31mb\nc\u202ed\u2028'), '"a\\u{1b}[31mb\\u{a}c\\u{202e}d\\u{2028}"');
  });

  it('escapes quotes and backslashes', () => assert.equal(quote('a"b\\c'), '"a\\"b\\\\c"'));

  it('cuts a long text', () => {
    assert.equal(quote('x'.repeat(120)), `"${'x'.repeat(120)}"`);
    assert.equal(quote('x'.repeat(121)), `"${'x'.repeat(120)}…"`);
  });

  it('survives half a surrogate pair', () => assert.equal(quote('a\ud800'), '"a\ufffd"'));
});
