import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { blocks, code, commandLink, escape, lines } from '../../server/src/features/markdown.ts';
import { Command } from '../../server/src/protocol.ts';
import { anyText } from '../helpers/any-text.ts';

const hostileText = fc.oneof(
  anyText(),
  fc
    .array(
      fc.constantFrom(
        '`',
        '\\',
        '[',
        ']',
        '(',
        ')',
        '<',
        '>',
        '!',
        '*',
        '_',
        '\n',
        ' ',
        '$(',
        'a',
        '\u{202E}',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('escape', () => {
  it('leaves no character that Markdown acts on', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const escaped = escape(text);
        const rest = escaped.replace(/\\[!-/:-@[-`{-~]/g, '');
        assert.doesNotMatch(rest, /[!-/:-@[-`{-~\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('keeps the text: without the backslashes it is what it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        assert.equal(escape(text).replace(/\\([!-/:-@[-`{-~])/g, '$1'), text);
      }),
    );
  });

  it('disarms a link, an image, HTML and an icon', () => {
    assert.equal(escape('[a](b)'), '\\[a\\]\\(b\\)');
    assert.equal(escape('<img>$(zap)'), '\\<img\\>\\$\\(zap\\)');
    assert.equal(escape('two\nlines'), 'two\u{FFFD}lines');
  });
});

describe('code', () => {
  it('is fenced by a run of backticks that the content does not hold', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const span = code(text);
        const [fence = ''] = /^`+/.exec(span) ?? [];
        const content = span.slice(fence.length, -fence.length);
        assert.ok(span.endsWith(fence) && !content.startsWith('`') && !content.endsWith('`'));
        assert.ok((content.match(/`+/g) ?? []).every((run) => run.length !== fence.length));
        assert.doesNotMatch(content, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it('leaves plain text as it is', () => {
    assert.equal(code('nginx:1.27'), '`nginx:1.27`');
    assert.equal(code('a`b'), '``a`b``');
    assert.equal(code('`'), '`` ` ``');
  });
});

describe('commandLink', () => {
  it('carries its argument so that nothing in it ends the link', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (image) => {
        const link = commandLink('Fetch', Command.fetch, { image });
        const [, query = ''] =
          /^\[Fetch\]\(command:larder\.fetch\?([A-Za-z0-9\-_.!~*%]+)\)$/.exec(link) ?? [];
        assert.deepEqual(JSON.parse(decodeURIComponent(query)), [{ image }]);
      }),
    );
  });
});

describe('lines and blocks', () => {
  it('break lines without ending a paragraph, and put a rule between blocks', () => {
    assert.equal(blocks(lines('a', 'b'), 'c'), 'a  \nb\n\n---\n\nc');
  });
});
