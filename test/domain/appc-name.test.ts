import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseAppcName } from '../../server/src/domain/appc-name.ts';
import { LarderError } from '../../server/src/domain/errors.ts';

const amd64 = { os: 'linux', architecture: 'amd64' };

describe('parseAppcName', () => {
  const valid: [string, string][] = [
    ['example.com/app', 'example.com/app,arch=amd64,os=linux'],
    ['example.com/app:1.0', 'example.com/app,arch=amd64,os=linux,version=1.0'],
    ['coreos.com/etcd:v2.1.1', 'coreos.com/etcd,arch=amd64,os=linux,version=v2.1.1'],
    ['a,version=1', 'a,arch=amd64,os=linux,version=1'],
    ['a,channel=beta:2', 'a,arch=amd64,channel=beta,os=linux,version=2'],
    ['a:1.0,z=1,b=c=d', 'a,arch=amd64,b=c=d,os=linux,version=1.0,z=1'],
    ['a,arch=aarch64', 'a,arch=aarch64,os=linux'],
    ['a,os=freebsd,arch=i386', 'a,arch=i386,os=freebsd'],
    ['a,os=freebsd', 'a,arch=amd64,os=freebsd'],
    ['a--b__c~d', 'a--b__c~d,arch=amd64,os=linux'],
    ['a,label=Ü Ä', 'a,arch=amd64,label=Ü Ä,os=linux'],
    ['a,constructor=1', 'a,arch=amd64,constructor=1,os=linux'],
  ];
  for (const [text, canonical] of valid) {
    it(`reads ${text}`, () => assert.equal(parseAppcName(text, amd64).canonical, canonical));
  }

  it('gives the name and the labels, sorted by name', () => {
    const { kind, name, labels } = parseAppcName('example.com/app:1.0,build=7', amd64);
    assert.equal(kind, 'name');
    assert.equal(name, 'example.com/app');
    assert.deepEqual(Object.entries(labels), [
      ['arch', 'amd64'],
      ['build', '7'],
      ['os', 'linux'],
      ['version', '1.0'],
    ]);
  });

  const invalid: [string, RegExp][] = [
    ['', /a name is missing/],
    [':1', /a name is missing/],
    ['Example.com/App', /lower-case/],
    ['a b', /only lower-case/],
    ['/a', /first and the last character/],
    ['a/', /first and the last character/],
    ['a:', /"version" has no value/],
    ['a:1:2', /"version" is given twice/],
    ['a:1,version=2', /given twice/],
    ['a,b', /"b" has no value/],
    ['a,b=', /"b" has no value/],
    ['a,=b', /in the label "", a name is missing/],
    ['a,B=c', /in the label "B", only lower-case/],
    ['a,name=b', /cannot be called "name"/],
    ['a,', /a name is missing/],
    ['a,os=plan9', /"plan9" is not one of linux, freebsd, darwin/],
    ['a,os=constructor', /is not one of linux/],
    ['a,arch=arm64', /"arm64" is not one of amd64, i386, aarch64,/],
    ['a,os=darwin', /"amd64" is not one of x86_64, i386/],
  ];
  for (const [text, message] of invalid) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseAppcName(text, amd64), { name: 'LarderError', code: 'E_REF', message });
    });
  }

  it('asks for labels where appc has no name for the platform', () => {
    const riscv = { os: 'linux', architecture: 'riscv64' };
    assert.throws(() => parseAppcName('a', riscv), { code: 'E_PLATFORM', message: /linux\/riscv64/ });
    assert.equal(parseAppcName('a,os=linux,arch=amd64', riscv).canonical, 'a,arch=amd64,os=linux');
  });

  it('reads its own canonical form alike, and throws nothing but LarderError', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      ':',
      ',',
      '=',
      'os',
      'arch',
      'linux',
      'amd64',
      '/',
      '.',
      'A',
      ' ',
      'version',
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        try {
          const image = parseAppcName(pieces.join(''), amd64);
          assert.deepEqual(parseAppcName(image.canonical, amd64), image);
        } catch (error) {
          assert.ok(error instanceof LarderError, String(error));
        }
      }),
    );
  });
});
