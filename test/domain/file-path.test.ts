import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../server/src/domain/errors.ts';
import { fileUrl, looksLikePath, pathOfFileUrl, resolvePath } from '../../server/src/domain/file-path.ts';

describe('looksLikePath', () => {
  for (const text of [
    '/a',
    './a',
    '../a',
    'a.aci',
    'C:\\a',
    'c:/a',
    '.\\a',
    '..\\a',
    '\\\\s\\a',
    'a/b.aci',
  ]) {
    it(`takes ${text} for a path`, () => assert.ok(looksLikePath(text)));
  }
  for (const text of ['a', 'a/b', 'example.com/app:1', 'sha512-0123456789', '.a', '...', 'aci', 'C:a']) {
    it(`does not take ${text} for a path`, () => assert.ok(!looksLikePath(text)));
  }
});

describe('resolvePath', () => {
  const part = fc.constantFrom('a', 'b c', '.', '..', '', 'ü', 'x.aci', '...');

  it('agrees with node:path on POSIX', () => {
    const path = fc
      .tuple(fc.constantFrom('', '/', './', '../'), fc.array(part))
      .map(([a, b]) => a + b.join('/'));
    fc.assert(
      fc.property(path, (text) => assert.equal(resolvePath('/srv/x', text), posix.resolve('/srv/x', text))),
    );
  });

  it('agrees with node:path on Windows', () => {
    const start = fc.constantFrom('', '\\', '/', '.\\', '../', 'C:\\', 'd:/', '\\\\srv\\share\\');
    const path = fc
      .tuple(
        start,
        fc.array(
          part.filter((p) => p !== ''),
          { minLength: 1 },
        ),
        fc.constantFrom('/', '\\'),
      )
      .map(([a, b, separator]) => a + b.join(separator));
    for (const cwd of ['C:\\Users\\x', '\\\\host\\disk\\dir']) {
      fc.assert(fc.property(path, (text) => assert.equal(resolvePath(cwd, text), win32.resolve(cwd, text))));
    }
  });
});

describe('fileUrl and pathOfFileUrl', () => {
  const POSIX = [
    '/',
    '/srv/app.aci',
    '/a b/%41',
    '/a?b#c',
    '/ü',
    '/a\\b',
    '/a\nb\tc',
    '/C|/x',
    '/%2e%2e/a',
    '/a;b=c@d',
  ];
  for (const path of POSIX) {
    it(`lead back to ${JSON.stringify(path)}`, () => assert.equal(pathOfFileUrl(fileUrl(path), '/'), path));
  }
  for (const path of ['C:\\Users\\a b\\app.aci', 'C:\\', '\\\\srv\\share\\a\\b.aci']) {
    it(`lead back to ${path}`, () => {
      assert.equal(pathOfFileUrl(fileUrl(path), 'C:\\'), path);
    });
  }

  it('write drives and shares as RFC 8089 does', () => {
    assert.equal(fileUrl('C:\\Users\\a b'), 'file:///C:/Users/a%20b');
    assert.equal(fileUrl('\\\\srv\\share\\a'), 'file://srv/share/a');
  });

  it('lead back to any path', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((s) => !/^\.{1,2}$|[/\0\\]/.test(s));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const path = `/${names.join('/')}`;
        assert.equal(pathOfFileUrl(fileUrl(path), '/'), path);
      }),
    );
  });

  it('never name the parent of a name that is only encoded dots', () => {
    assert.equal(pathOfFileUrl('file:///srv/%2e%2e/etc', '/'), '/etc');
  });

  const refused: [string, string, RegExp][] = [
    ['file:app.aci', '/', /file:\/\/\/path/],
    ['file:///a?b', '/', /%3F/],
    ['file:///a%2fb', '/', /encoded separator/],
    ['file:///a%00', '/', /NUL/],
    ['file:///a%zz', '/', /percent-encoding is broken/],
    ['file:///a%ff', '/', /percent-encoding is broken/],
    ['file://host/a', '/', /another host, "host"/],
    ['file:///a', 'C:\\', /names no drive/],
    ['file://[/a', '/', /file:\/\/\/path/],
  ];
  for (const [text, cwd, message] of refused) {
    it(`refuse ${text}`, () => {
      assert.throws(() => pathOfFileUrl(text, cwd), { name: 'LarderError', code: 'E_REF', message });
    });
  }

  it('drop the fragment, and take localhost for this machine', () => {
    assert.equal(pathOfFileUrl('file://localhost/srv/app.aci#x', '/'), '/srv/app.aci');
  });

  it('throw nothing but LarderError', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('/', 'C:\\'), (text, cwd) => {
        try {
          pathOfFileUrl(`file://${text}`, cwd);
        } catch (error) {
          assert.ok(error instanceof LarderError, String(error));
        }
      }),
    );
  });
});
