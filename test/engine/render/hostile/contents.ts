import { aciOf, directory, file, hardLink, MANIFEST, symlink } from '../fixture.ts';
import { archive } from '../../aci/archives.ts';
import { block, MANIFEST_BLOCK, rawAci, ROOTFS_BLOCK } from '../raw-tar.ts';
import { BROKEN, REFUSED, tree } from './outcome.ts';
import type { HostileAci } from './outcome.ts';

const device = { name: 'null', type: 'character', deviceMajor: 1, deviceMinor: 3 } as const;
const [rootfs] = [{ name: 'rootfs/', type: 'directory' } as const];

/** Entries that contradict each other, are what nobody may make, or stand for what an ACI must have. */
export const CONTENTS: Readonly<Record<string, HostileAci>> = {
  'two files of one name': () => [aciOf(file('a', '1'), file('a', '2')), REFUSED],
  'two files of one name in two spellings': () => [aciOf(file('a', '1'), file('./a', '2')), REFUSED],
  'two files that links bring to one place': () => [
    aciOf(directory('usr'), symlink('bin', 'usr'), file('usr/a', '1'), file('bin/a', '2')),
    REFUSED,
  ],
  'a directory twice': () => [aciOf(directory('d'), directory('d', 0o777)), REFUSED],
  'the root twice': () => [aciOf(directory('.')), REFUSED],
  'a directory over a file': () => [aciOf(file('a'), directory('a')), REFUSED],
  'a file over a directory': () => [aciOf(file('a/b'), file('a')), REFUSED],
  'an entry below a file': () => [aciOf(file('a'), file('a/b')), REFUSED],
  'an entry below a device': () => [aciOf([device], file('null/b')), REFUSED],
  'devices and fifos': () => [
    aciOf(
      [device],
      [{ ...device, name: 'sda', type: 'block' }],
      [{ name: 'p', type: 'fifo' }],
      file('a', '1'),
    ),
    tree('a: 1'),
  ],
  'a hard link of a device': () => [aciOf([device], hardLink('b', 'null')), tree()],
  'a file over a device': () => [aciOf([device], file('null')), REFUSED],
  'a device with a number that is none': () => [
    rawAci(block({ name: 'rootfs/d', typeFlag: '3', deviceMajor: 8 ** 7, deviceMinor: 1 }, '')),
    // Written as 0, since it does not fit: a device like any other, and not made.
    tree(),
  ],
  'programs that run as their owner': () => [
    aciOf(file('su', 'x', { mode: 0o6755, uid: 0 }), [{ name: 'tmp/', type: 'directory', mode: 0o3777 }]),
    tree('su: x', 'tmp/'),
  ],
  'directories that nobody may enter': () => [
    aciOf(directory('a', 0o000), directory('a/b', 0o000), file('a/b/c', 'x', { mode: 0o000 })),
    tree('a/', 'a/b/', 'a/b/c: x'),
  ],
  'times beyond all calendars': () => [
    aciOf(file('a', '1', { mtime: 999_999_999_999_999 }), file('b', '2', { mtime: -1e14 })),
    tree('a: 1', 'b: 2'),
  ],
  'names that differ in case': () => [aciOf(file('A', '1'), file('a', '2')), tree('A: 1', 'a: 2')],
  'rootfs as a file': () => [archive(MANIFEST, [{ name: 'rootfs' }, 'x']), BROKEN],
  'rootfs as a symbolic link': (outside) => [
    archive(MANIFEST, [{ name: 'rootfs', type: 'symlink', linkName: outside }]),
    BROKEN,
  ],
  'rootfs as a symbolic link with files below it': (outside) => [
    archive(
      MANIFEST,
      [{ name: 'rootfs', type: 'symlink', linkName: outside }],
      [{ name: 'rootfs/secret' }, 'changed'],
    ),
    REFUSED,
  ],
  'rootfs as a directory, then as a symbolic link': (outside) => [
    archive(
      MANIFEST,
      [rootfs],
      [{ name: 'rootfs', type: 'symlink', linkName: outside }],
      [{ name: 'rootfs/secret' }],
    ),
    REFUSED,
  ],
  'the manifest as a symbolic link': (outside) => [
    archive([{ name: 'manifest', type: 'symlink', linkName: `${outside}/secret` }], [rootfs]),
    BROKEN,
  ],
  'the manifest as a hard link': () => [
    archive(
      [rootfs],
      [{ name: 'rootfs/m' }, '{}'],
      [{ name: 'manifest', type: 'link', linkName: 'rootfs/m' }],
    ),
    BROKEN,
  ],
  'the manifest as a directory': () => [
    archive([{ name: 'manifest/', type: 'directory' }], [rootfs]),
    BROKEN,
  ],
  'a manifest that is longer than any': () => [
    archive([{ name: 'manifest' }, ' '.repeat(5 << 20)], [rootfs]),
    { import: 'E_TOO_LARGE' },
  ],
  'a manifest that is no JSON': () => [
    archive([{ name: 'manifest' }, '{'], [rootfs]),
    { import: 'E_MANIFEST' },
  ],
  'a second manifest': () => [Buffer.concat([MANIFEST_BLOCK, aciOf(file('a', '1'))]), tree('a: 1')],
  'no manifest': () => [ROOTFS_BLOCK, BROKEN],
  'no rootfs': () => [MANIFEST_BLOCK, BROKEN],
  'nothing at all': () => [Buffer.alloc(0), BROKEN],
};
