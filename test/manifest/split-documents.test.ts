import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAllDocuments } from 'yaml';
import { splitDocuments } from '../../server/src/manifest/split-documents.ts';

function split(text: string): string[] {
  return splitDocuments(text).map(({ start, end }) => text.slice(start, end));
}

describe('splitDocuments', () => {
  const cases: [title: string, documents: string[]][] = [
    ['an empty text is one document', ['']],
    ['a text without markers is one document', ['a: 1\n']],
    ['--- starts a document', ['a: 1\n', '---\nb: 2\n']],
    ['--- at the end starts an empty one', ['a: 1\n', '---']],
    ['what follows --- on its line belongs to it', ['--- {a: 1}\n', '---\t|\n text\n', '--- # comment\n']],
    ['CRLF ends a marker', ['a: 1\r\n', '---\r\nb: 2\r\n']],
    ['---- and ---a and an indented --- are text', ['a: |\n  x\n ---\n----\n---a\n']],
    ['comments and directives belong to the --- they precede', ['# c\n%YAML 1.2\n\n---\na: 1\n']],
    ['... ends a document', ['a: 1\n... # done\n', '# c\n---\nb: 2\n...\n', 'c: 3\n']],
    ['an empty document between two markers', ['---\n', '---\n# only this\n', '---\n']],
    ['a marker ends a block scalar', ['a: |\n  x\n', '---\nb: 1\n']],
    ['a marker ends a quoted scalar', ['a: "x\n', '---\nb"\n']],
    ['a byte order mark may precede a marker or a directive', ['\uFEFF---\na: 1\n', '---\n']],
    ['a byte order mark may precede a directive', ['\uFEFF%YAML 1.2\n---\na: 1\n']],
    ['a percent sign in the text is no directive', ['a:\n%x\n', '---\n']],
  ];
  for (const [title, documents] of cases) {
    it(title, () => assert.deepEqual(split(documents.join('')), documents));
  }

  const lines = fc.array(
    fc.constantFrom('---', '...', '--- a', '# c', 'a: 1', 'b: |', '  text', '- x', '', ' ---', '---x'),
    { maxLength: 12 },
  );

  it('loses no text and adds none', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom('\n', '\r\n'), (some, eol) => {
        const text = some.join(eol);
        assert.equal(split(text).join(''), text);
      }),
    );
  });

  it('starts a document wherever the yaml package starts one', () => {
    fc.assert(
      fc.property(lines, (some) => {
        const text = some.join('\n');
        const starts = new Set(splitDocuments(text).map(({ start }) => start));
        const parsed = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false });
        // The range of a document starts after its `---`.
        for (const document of Array.isArray(parsed) ? parsed.slice(1) : []) {
          const before = text.slice(0, document.range[0]);
          const own = Math.max(...[...starts].filter((start) => start <= document.range[0]));
          assert.match(
            before.slice(own),
            /^(?:(?:#.*|%.*|\s*)\n)*(?:---[ \t]*(?:#.*)?\n?)?$|^\n*$/,
            JSON.stringify(text),
          );
        }
      }),
    );
  });
});
