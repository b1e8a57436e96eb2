import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { parseRegistriesD } from '../../../server/src/engine/policy/registries-d-file.ts';

const read = (text: string): object =>
  Object.fromEntries(
    Array.from(parseRegistriesD(text, '/d/a.yaml'), ([namespace, place]) => [
      namespace ?? '(default)',
      place,
    ]),
  );

describe('a file of registries.d', () => {
  it('says where signatures are', () => {
    const text = `
default-docker:
  lookaside: https://example.com/all
  lookaside-staging: file:///staging
docker:
  docker.io/library:
    sigstore: file:///old
    use-sigstore-attachments: true
  both.example:5000:
    sigstore: file:///old
    lookaside: file:///new
  "*.example": &shared { lookaside: file:///shared }
  other: *shared
  nothing:
  staging: { lookaside-staging: file:///x }
more: { lookaside: file:///no }
`;
    assert.deepEqual(read(text), {
      '(default)': 'https://example.com/all',
      'docker.io/library': 'file:///old',
      'both.example:5000': 'file:///new',
      '*.example': 'file:///shared',
      other: 'file:///shared',
      nothing: '',
      staging: '',
    });
    for (const empty of ['', '# nothing', '---\n', 'docker:', 'default-docker:', 'null']) {
      assert.equal(Object.values(read(empty)).join(''), '', empty);
    }
    assert.deepEqual(read('default-docker: { lookaside: "", sigstore: file:///old }'), {
      '(default)': 'file:///old',
    });
  });

  it('says where it is wrong', () => {
    const cases: [string, RegExp][] = [
      ['a: [', /"\/d\/a\.yaml" are not valid.*in its line 1, it is no YAML/],
      ['a: 1\na: 2', /line 2, it is no YAML/],
      ['\ndocker:\n  a: { lookaside: x }\n  a: { lookaside: y }', /line 4, it is no YAML/],
      ['- a', /the file is not a mapping/],
      ['docker:\n  - a', /line 2, "docker" is not a mapping/],
      ['docker:\n  a:\n   b', /line 3, "a" is not a mapping/],
      ['default-docker: x', /"default-docker" is not a mapping/],
      ['default-docker:\n  lookaside: 7', /line 2, "lookaside" of "default-docker" is no text/],
      ['default-docker:\n  lookaside: [x]', /is no text/],
      ['a: 1\n---\nb: 2', /is no YAML/],
    ];
    for (const [text, message] of cases) {
      assert.throws(() => parseRegistriesD(text, '/d/a.yaml'), { code: 'E_CONFIG', message }, text);
    }
  });

  it('is read or refused, whatever it is', () => {
    const word = fc.constantFrom(
      'docker',
      'default-docker',
      'lookaside',
      ':',
      ' ',
      '\n',
      '{',
      '}',
      '[',
      '&a',
      '*a',
      '"',
      '-',
      '?',
      '<<',
    );
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join('')),
        (text) => {
          try {
            parseRegistriesD(text, 'x');
          } catch (error) {
            assert.ok(error instanceof LarderError, String(error));
          }
        },
      ),
    );
  });
});
