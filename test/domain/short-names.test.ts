import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseReference } from '../../server/src/domain/reference.ts';
import { isFullName, isShortName, resolveShortName } from '../../server/src/domain/short-names.ts';
import { DIGEST } from '../helpers/records.ts';

const ALIASES = new Map([
  ['nginx', 'quay.io/team/nginx'],
  ['team/app', 'r.example:5000/team/app'],
  ['alpine', 'docker.io/library/alpine'],
  // Nothing may come of what is no short name, whoever put it in.
  ['r.example/nginx', 'evil.example/nginx'],
]);

const RESOLVED: [string, string][] = [
  ['nginx', 'quay.io/team/nginx'],
  ['nginx:1.27', 'quay.io/team/nginx:1.27'],
  [`nginx@${DIGEST}`, `quay.io/team/nginx@${DIGEST}`],
  [`nginx:1@${DIGEST}`, `quay.io/team/nginx:1@${DIGEST}`],
  ['team/app:v1', 'r.example:5000/team/app:v1'],
  ['alpine:3', 'docker.io/library/alpine:3'],
];

const UNCHANGED = [
  'redis',
  'library/nginx',
  'docker.io/nginx',
  'docker.io/library/nginx:1',
  'localhost/nginx',
  'r.example/nginx',
  'r.example:5000/nginx:1',
  'nginx:5000/nginx',
  'NGINX/nginx',
  'Nginx',
  'nginx/',
  '',
  '@',
  ':1',
  'toString',
  `nginx\n:1@${DIGEST}\0`,
];

const written = (text: string): string => resolveShortName(text, ALIASES)?.text ?? text;

describe('short names', () => {
  for (const [text, full] of RESOLVED) {
    it(`writes ${text.slice(0, 30)} out`, () => {
      const resolved = resolveShortName(text, ALIASES);
      assert.equal(resolved?.text, full);
      const { name, target } = resolved.alias;
      assert.equal(target, ALIASES.get(name));
      assert.equal(text.slice(name.length), full.slice(target.length));
    });
  }

  for (const text of UNCHANGED) {
    it(`leaves ${JSON.stringify(text.slice(0, 30))} as it is`, () => {
      assert.equal(resolveShortName(text, ALIASES), undefined);
    });
  }

  it('keeps tag and digest, and never touches what names its registry', () => {
    const tail = fc.constantFrom('', ':1', ':latest', `@${DIGEST}`, `:a-b.c@${DIGEST}`);
    const name = fc.constantFrom('nginx', 'team/app', 'redis', 'r.example/nginx', 'localhost:5000/team/app');
    fc.assert(
      fc.property(name, tail, (short, version) => {
        const before = parseReference(short + version);
        const after = parseReference(written(short + version));
        assert.deepEqual([after.tag, after.digest], [before.tag, before.digest]);
        if (isFullName(short)) assert.deepEqual(after, before);
      }),
    );
  });

  it('never throws, and returns in good time', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => void resolveShortName(text, ALIASES)));
    const long = ':'.repeat(100_000);
    assert.equal(resolveShortName(long, ALIASES), undefined);
  });

  it('tells short names from full ones', () => {
    assert.deepEqual(['nginx', 'a/b', 'localhost'].map(isShortName), [true, true, true]);
    assert.deepEqual(['nginx:1', `a@${DIGEST}`, 'a.b/c', 'localhost/a', 'A'].some(isShortName), false);
    assert.deepEqual(
      ['a.b/c', 'localhost/a', 'h:1/a', 'docker.io/alpine'].map(isFullName),
      Array(4).fill(true),
    );
    assert.deepEqual(['a/b', 'a', 'a.b/c:1', `a.b/c@${DIGEST}`, 'a.b/'].some(isFullName), false);
  });
});
