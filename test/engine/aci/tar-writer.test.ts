import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { TarHeader } from '../../../server/src/engine/aci/tar-entry.ts';
import { formatHeader } from '../../../server/src/engine/aci/tar-writer.ts';
import { archive, header, readEntries, tarStreamEntries } from './archives.ts';

const byteString = (min: number, max: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 1, max: 255 }), { minLength: min, maxLength: max })
    .map((codes) => String.fromCharCode(...codes));
const name = fc
  .array(
    byteString(1, 130).map((part) => part.replaceAll('/', '_')),
    { minLength: 1, maxLength: 6 },
  )
  .map((parts) => parts.join('/'));
const type = fc.constantFrom('file', 'link', 'symlink', 'character', 'block', 'directory', 'fifo');
const anyHeader: fc.Arbitrary<TarHeader> = fc
  .record({
    name,
    type,
    linkName: name,
    mode: fc.nat(0o7777),
    uid: fc.oneof(fc.nat(0o7777777), fc.nat(2 ** 31 - 1)),
    gid: fc.nat(2 ** 31 - 1),
    userName: byteString(0, 40),
    groupName: byteString(0, 40),
    mtime: fc.integer({ min: -(2 ** 40), max: 2 ** 40 }),
    device: fc.nat(0o7777777),
    xattr: byteString(0, 3000),
  })
  .map(({ device, xattr, ...fields }) => {
    const isDevice = fields.type === 'character' || fields.type === 'block';
    return {
      ...fields,
      linkName: fields.type === 'link' || fields.type === 'symlink' ? fields.linkName : '',
      deviceMajor: isDevice ? device : 0,
      deviceMinor: isDevice ? device : 0,
      size: 0,
      pax: xattr === '' ? [] : [['SCHILY.xattr.user.any', xattr] as const],
    };
  });

describe('writing tar headers', () => {
  it('gives back every header when they are read', () => {
    fc.assert(
      fc.property(fc.array(anyHeader, { maxLength: 4 }), (headers) => {
        const read = readEntries(Buffer.concat(headers.map(formatHeader)));
        assert.deepEqual(
          read.map(({ offset, ...fields }) => (offset > 0 ? fields : offset)),
          headers,
        );
      }),
    );
  });

  it('makes whole blocks', () => {
    fc.assert(fc.property(anyHeader, (any) => formatHeader(any).length % 512 === 0));
  });

  it('is read alike by tar-stream', async () => {
    const long = `${'d'.repeat(120)}/${'n'.repeat(130)}`;
    const bytes = archive(
      [{ name: 'a', mode: 0o755, uid: 1000, gid: 1001, mtime: 1_700_000_000 }, 'data'],
      [{ name: long }, 'long'],
      [{ name: `${'p'.repeat(100)}/${'q'.repeat(90)}` }, 'prefix'],
      [{ name: `${'p'.repeat(140)}/`, type: 'directory' }],
      [{ name: 's', type: 'symlink', linkName: long }],
    );
    const read = await tarStreamEntries(bytes);
    assert.deepEqual(
      read.map(({ head, data }) => [head.name, head.type, head.linkname, data]),
      [
        ['a', 'file', null, 'data'],
        [long, 'file', null, 'long'],
        [`${'p'.repeat(100)}/${'q'.repeat(90)}`, 'file', null, 'prefix'],
        [`${'p'.repeat(140)}/`, 'directory', null, ''],
        ['s', 'symlink', long, ''],
      ],
    );
    assert.deepEqual([read[0]?.head.mode, read[0]?.head.uid, read[0]?.head.gid], [0o755, 1000, 1001]);
    assert.equal(read[0]?.head.mtime.getTime(), 1_700_000_000_000);
  });

  it('states a size beyond 8 GiB in a PAX record', () => {
    const size = 9 * 1024 ** 3;
    const text = formatHeader(header({ size })).toString('latin1');
    assert.ok(text.includes(`19 size=${size}\n`));
  });
});
