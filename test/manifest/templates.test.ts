import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isUnresolved, maskTemplates } from '../../server/src/manifest/templates.ts';

describe('maskTemplates', () => {
  const cases: [title: string, text: string, masked: string][] = [
    ['leaves text without actions alone', 'a: {b: {c: 1}}\n', 'a: {b: {c: 1}}\n'],
    ['makes a word of an action in a line', 'a: {{ .b }}:{{ .c }}\n', 'a: xxxxxxxx:xxxxxxxx\n'],
    ['empties a line of actions', 'a:\n  {{- if .b }}\nc: 1\n', `a:\n${'\n'.repeat(14)}\nc: 1\n`],
    ['empties a line of actions and a comment', '{{ end }} # x\nc: 1', `${'\n'.repeat(14)}c: 1`],
    ['empties all lines of a long action', '{{/* a\nb */}}\n', '\n'.repeat(14)],
    ['reads braces in strings', 'a: {{ "}}" }}!\n', 'a: xxxxxxxxxx!\n'],
    ['reads braces in raw strings', 'a: {{ `}}` }}!\n', 'a: xxxxxxxxxx!\n'],
    ['ends an unfinished action with its line', 'a: "{{ .b"\nc: 1\n', 'a: "xxxxxx\nc: 1\n'],
    ['ends an unfinished action before the next', 'a: {{ .b {{ .c }}!\n', 'a: xxxxxxxxxxxxxxx\n'],
  ];
  for (const [title, text, masked] of cases) {
    it(title, () => assert.equal(maskTemplates(text), masked));
  }

  it('moves nothing and leaves no action', () => {
    const piece = fc.constantFrom(
      '{{',
      '}}',
      '{',
      '}',
      '"',
      '`',
      '\\',
      ' ',
      '\n',
      '\r\n',
      'a',
      ': ',
      '#',
      '/*',
      '*/',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        const masked = maskTemplates(text);
        assert.equal(masked.length, text.length);
        assert.ok(!masked.includes('{{'));
        for (let at = 0; at < text.length; at += 1) {
          if (masked[at] !== text[at]) assert.match(masked[at] ?? '', /[x\n]/);
        }
      }),
    );
  });
});

describe('isUnresolved', () => {
  for (const text of ['{{ .a }}', 'a:{{b}}', '$(A)', 'a/${B}', '{{ unfinished']) {
    it(`${text} is`, () => assert.ok(isUnresolved(text)));
  }
  for (const text of ['', 'nginx:1', 'a{b}', '$A', '$$', '} }']) {
    it(`${text} is not`, () => assert.ok(!isUnresolved(text)));
  }
});
