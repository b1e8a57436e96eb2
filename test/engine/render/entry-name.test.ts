import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { componentsOf, isUtf8, unfitName } from '../../../server/src/engine/render/entry-name.ts';
import { entry } from '../aci/archives.ts';

const components = (name: string): string[] | undefined => componentsOf(entry({ name }), name);

describe('a name in an ACI', () => {
  it('is cleaned, and nothing beside rootfs counts', () => {
    for (const name of ['rootfs/a/b', './rootfs//a/./b/', '/rootfs/a/c/../b']) {
      assert.deepEqual(components(name), ['a', 'b'], name);
    }
    for (const name of ['rootfs', 'rootfs/', './rootfs/.', 'rootfs/a/..']) {
      assert.deepEqual(components(name), [], name);
    }
    for (const name of ['manifest', 'rootfs2/a', '/etc/passwd', '.', '', 'ROOTFS/a']) {
      assert.equal(components(name), undefined, name);
    }
  });

  it('never leads out of rootfs', () => {
    for (const name of [
      '..',
      '../rootfs/a',
      'rootfs/..',
      'rootfs/../rootfs/a',
      'rootfs/a/../../b',
      'x/../rootfs',
    ]) {
      assert.throws(() => components(name), { code: 'E_ARCHIVE', message: /leads out of the image/ });
    }
    fc.assert(
      fc.property(fc.array(fc.constantFrom('..', '.', '', 'a', 'rootfs')), (parts) => {
        let found: string[] | undefined;
        try {
          found = components(parts.join('/'));
        } catch {
          // Refused: that is what is to be shown.
          return;
        }
        assert.ok(found === undefined || found.every((part) => !['..', '.', ''].includes(part)));
      }),
    );
  });
});

describe('a name that a file system cannot have', () => {
  it('is none on Linux', () => {
    for (const name of ['a:b', 'con', '\xff', 'a\\b', 'x.'])
      assert.equal(unfitName(name, 'linux'), undefined);
  });

  it('is one that is not UTF-8 elsewhere', () => {
    for (const platform of ['darwin', 'win32'] as const) {
      assert.match(unfitName('\xff', platform) ?? '', /UTF-8/);
      assert.equal(unfitName('gr\xc3\xb6\xc3\x9fe', platform), undefined);
    }
  });

  it('is one that Windows reads in its own way', () => {
    const wrong = [
      'a\\b',
      'C:',
      'a:b',
      'a*',
      'a?',
      '"',
      '<',
      '>',
      '|',
      'a\n',
      'a.',
      'a ',
      'con',
      'NUL.txt',
      'com1',
      'lpt\xc2\xb9',
      'aux .c',
    ];
    for (const name of wrong) assert.ok(unfitName(name, 'win32'), name);
    for (const name of ['a.b', '.a', ' a', 'console', 'com', 'com10', 'nul1', 'a~1']) {
      assert.equal(unfitName(name, 'win32'), undefined, name);
    }
  });

  it('is told by its bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => isUtf8(Buffer.from(text).toString('latin1'))),
    );
    for (const name of ['\xff', '\xc3', '\xed\xa0\x80', '\xc0\xaf', '\xf5\x80\x80\x80'])
      assert.ok(!isUtf8(name));
  });
});
