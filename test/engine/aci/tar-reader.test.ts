import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { METADATA_LIMIT } from '../../../server/src/engine/aci/tar-reader.ts';
import { archive, readEntries, tarStreamArchive, utf8 } from './archives.ts';

const long = `${'d'.repeat(120)}/${'n'.repeat(130)}`;

/** A header block for types and fields that the writer does not write, with a right checksum. */
function block(patch: (bytes: Buffer) => void): Buffer {
  const bytes = archive([{ name: 'odd' }]).subarray(0, 512);
  patch(bytes);
  bytes.fill(' ', 148, 156);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
const withType = (type: string, size = 0): Buffer =>
  block((bytes) => {
    bytes.write(type, 156);
    bytes.write(size.toString(8).padStart(11, '0'), 124);
  });
const padded = (text: string): Buffer =>
  Buffer.concat([Buffer.from(text), Buffer.alloc(512 - (text.length % 512))]);
const names = (bytes: Buffer): string[] => readEntries(bytes).map(({ name }) => name);

describe('reading a tar archive', () => {
  it('gives what tar-stream wrote', async () => {
    const mtime = new Date(1_700_000_000_000);
    const bytes = await tarStreamArchive(
      [{ name: 'dir/', type: 'directory', mode: 0o1777, uid: 3, gid: 4, mtime }],
      [{ name: 'dir/file', mode: 0o640, uname: 'www', gname: 'web', mtime }, 'hello'],
      [{ name: long, mtime }, 'long'],
      [{ name: 'größe', mtime }],
      [{ name: 'hard', type: 'link', linkname: 'dir/file', mtime }],
      [{ name: 'soft', type: 'symlink', linkname: '../x', mtime }],
      [{ name: 'dev', type: 'block-device', devmajor: 8, devminor: 1, mtime }],
      [{ name: 'pipe', type: 'fifo', mtime }],
    );
    const entries = readEntries(bytes);
    assert.deepEqual(
      entries.map(({ name, type, linkName, size }) => [name, type, linkName, size]),
      [
        ['dir/', 'directory', '', 0],
        ['dir/file', 'file', '', 5],
        [long, 'file', '', 4],
        [utf8('größe'), 'file', '', 0],
        ['hard', 'link', 'dir/file', 0],
        ['soft', 'symlink', '../x', 0],
        ['dev', 'block', '', 0],
        ['pipe', 'fifo', '', 0],
      ],
    );
    const [dir, file, longFile] = entries;
    assert.deepEqual([dir?.mode, dir?.uid, dir?.gid, dir?.mtime], [0o1777, 3, 4, 1_700_000_000]);
    assert.deepEqual([file?.userName, file?.groupName], ['www', 'web']);
    assert.equal(bytes.toString('utf8', longFile?.offset, (longFile?.offset ?? 0) + 4), 'long');
    assert.deepEqual([entries[6]?.deviceMajor, entries[6]?.deviceMinor], [8, 1]);
  });

  it('does not depend on the pieces it comes in', () => {
    const bytes = archive([{ name: long, uid: 9_000_000 }, 'x'.repeat(700)], [{ name: 'b' }, 'y']);
    const whole = readEntries(bytes);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1500 }), (step) => {
        assert.deepEqual(readEntries(bytes, step), whole);
      }),
    );
  });

  it('reads GNU long names and base-256 numbers', () => {
    const bytes = Buffer.concat([
      withType('L', long.length + 1),
      padded(`${long}\0`),
      withType('K', long.length + 1),
      padded(`${long}\0`),
      block((head) => {
        head.write('2', 156);
        head.writeUInt32BE(0x80000000, 108);
        head.writeUInt32BE(3_000_000_000, 112);
        head.fill(0xff, 136, 148);
      }),
      Buffer.alloc(1024),
    ]);
    const [entry] = readEntries(bytes);
    assert.deepEqual(
      [entry?.name, entry?.linkName, entry?.uid, entry?.mtime],
      [long, long, 3_000_000_000, -1],
    );
  });

  it('keeps binary xattrs and fractions of a second', () => {
    const pax = [
      ['SCHILY.xattr.security.capability', '\x01\x00\x00\x02\xff\x80\n=\x00'],
      ['mtime', '12.000000001'],
    ] as const;
    const [entry] = readEntries(archive([{ pax, mtime: 12 }]));
    assert.deepEqual(entry?.pax, pax);
    assert.equal(entry.mtime, 12);
  });

  it('takes an old file whose name ends in a slash for a directory', () => {
    const old = block((head) => {
      head.write('old/\0', 0);
      head[156] = 0;
    });
    assert.equal(readEntries(old)[0]?.type, 'directory');
  });

  it('skips global PAX headers, as container runtimes do', () => {
    const record = '14 path=other\n';
    const bytes = Buffer.concat([withType('g', record.length), padded(record), archive([{ name: 'a' }])]);
    assert.deepEqual(names(bytes), ['a']);
  });

  it('takes no data for members that are not files', () => {
    assert.deepEqual(names(Buffer.concat([withType('5', 4096), archive([{ name: 'next' }])])), [
      'odd',
      'next',
    ]);
  });
});

describe('the end of a tar archive', () => {
  const member = archive([{ name: 'a' }, 'data']).subarray(0, 1024);

  it('is two zero blocks, and nothing after them is read', () => {
    assert.deepEqual(names(Buffer.concat([member, Buffer.alloc(1024), Buffer.from('junk')])), ['a']);
  });
  it('is the end of the data after a whole member or one zero block', () => {
    assert.deepEqual(names(member), ['a']);
    assert.deepEqual(names(Buffer.concat([member, Buffer.alloc(512)])), ['a']);
    assert.deepEqual(names(Buffer.alloc(0)), []);
  });
  it('is not one zero block before another member', () => {
    assert.throws(() => names(Buffer.concat([member, Buffer.alloc(512), member])), { code: 'E_ARCHIVE' });
  });
  it('is refused anywhere else', () => {
    const bytes = archive([{ name: long }, 'data']).subarray(0, -1024);
    for (let length = 1; length < bytes.lastIndexOf('data') + 'data'.length; length++) {
      assert.throws(() => names(bytes.subarray(0, length)), { code: 'E_ARCHIVE' }, `cut to ${length}`);
    }
  });

  it('needs neither padding nor an end after the last byte of a file, as umoci writes layers', () => {
    const bytes = archive([{ name: 'file' }], [{ name: 'last' }, 'hello']).subarray(0, -1024);
    const end = bytes.lastIndexOf('hello') + 'hello'.length;
    for (const length of [end, end + 1, bytes.length - 1]) {
      assert.deepEqual(names(bytes.subarray(0, length)), ['file', 'last'], `cut to ${length}`);
    }
    assert.throws(() => names(bytes.subarray(0, end - 1)), { code: 'E_ARCHIVE' });
  });
});

describe('a tar archive is refused', () => {
  const pax = (record: string): Buffer =>
    Buffer.concat([withType('x', record.length), padded(record), archive([{ name: 'a' }])]);
  for (const [what, bytes, code] of [
    ['with a wrong checksum', block((head) => head.write('x', 0)).fill('y', 1, 2), 'E_ARCHIVE'],
    ['with a number that is not octal', block((head) => head.write('0000009', 108)), 'E_ARCHIVE'],
    ['with a negative size', block((head) => head.fill(0xff, 124, 136)), 'E_ARCHIVE'],
    [
      'with a number beyond all measure',
      block((head) => head.fill(0xff, 124, 136).fill(0xbf, 124, 125)),
      'E_ARCHIVE',
    ],
    ['with an unknown type', withType('Z'), 'E_ARCHIVE'],
    ['with metadata beyond the limit', withType('x', METADATA_LIMIT + 1), 'E_ARCHIVE'],
    ['with a GNU sparse file', withType('S'), 'E_UNSUPPORTED'],
    ['with a PAX sparse file', pax('22 GNU.sparse.major=1\n'), 'E_UNSUPPORTED'],
    ['with a size in PAX that is no number', pax('11 size=1e9\n'), 'E_ARCHIVE'],
    ['with a time in PAX that is no number', pax('12 mtime=now\n'), 'E_ARCHIVE'],
    ['with a name beyond the limit', archive([{ name: 'n'.repeat(4097) }]), 'E_ARCHIVE'],
    ['with a link to nothing', withType('2'), 'E_ARCHIVE'],
    ['that is something else', Buffer.from('not a tar archive'.repeat(100)), 'E_ARCHIVE'],
  ] as const) {
    it(what, () => {
      assert.throws(() => names(bytes), { code });
    });
  }

  it('and never fails in another way, whatever the bytes are', () => {
    const sound = archive(
      [{ name: long, pax: [['SCHILY.xattr.user.a', 'b']] }, 'data'],
      [{ name: 'b', type: 'directory' }],
    );
    const damaged = fc
      .array(fc.tuple(fc.nat(sound.length - 1), fc.nat(255)), { maxLength: 5 })
      .map((changes) => {
        const bytes = Buffer.from(sound);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes;
      });
    const random = fc.uint8Array({ maxLength: 3000 }).map((array) => Buffer.from(array));
    fc.assert(
      fc.property(fc.oneof(damaged, random), (bytes) => {
        try {
          readEntries(bytes);
        } catch (error) {
          assert.ok(error instanceof LarderError, String(error));
          assert.match(error.code, /^E_(ARCHIVE|UNSUPPORTED)$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
