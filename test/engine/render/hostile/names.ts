import { aciOf, directory, file, symlink } from '../fixture.ts';
import { block, patched, pax, rawAci } from '../raw-tar.ts';
import { REFUSED, tree } from './outcome.ts';
import type { HostileAci } from './outcome.ts';

const TOO_LONG = { render: 'E_UNSUPPORTED' } as const;

/** Names that lead elsewhere, or nowhere. */
export const NAMES: Readonly<Record<string, HostileAci>> = {
  'a name that climbs out of rootfs': () => [aciOf(file('../../canary')), REFUSED],
  'a name that climbs out on a detour': () => [aciOf(file('a/../../../canary')), REFUSED],
  'a name that leaves rootfs and comes back': () => [aciOf(file('../rootfs/a')), REFUSED],
  'a name that begins by climbing': () => [rawAci(block({ name: '../../canary' })), REFUSED],
  'a directory that climbs': () => [aciOf(directory('../../canary')), REFUSED],
  'an absolute name': (outside) => [rawAci(block({ name: `${outside}/secret` }, 'changed')), tree()],
  'an absolute name that climbs': () => [rawAci(block({ name: '/rootfs/../../canary' })), REFUSED],
  'an absolute name below rootfs': (outside) => [
    aciOf(file(`/${outside.slice(1).replaceAll('/', '_')}`, 'x')),
    tree(`${outside.slice(1).replaceAll('/', '_')}: x`),
  ],
  'names beside rootfs': () => [rawAci(block({ name: 'evil.sh' }), block({ name: 'rootfs2/a' })), tree()],
  'a name with .. inside': () => [aciOf(file('a/../b', 'x')), tree('b: x')],
  'a file for the root': () => [rawAci(block({ name: 'rootfs/.' }, 'x')), REFUSED],
  'a symbolic link for the root': (outside) => [aciOf(symlink('.', outside)), REFUSED],
  'names with control characters': () => [
    aciOf(file('a\nb', '1'), file('\x1b[2J', '2'), file('\u0007', '3')),
    tree('a\nb: 1', '\x1b[2J: 2', '\u0007: 3'),
  ],
  'a name that ends at a NUL': () => [
    rawAci(patched(block({ name: 'rootfs/a' }), 'rootfs/a'.length, Buffer.from('\0/../../canary'))),
    tree('a: '),
  ],
  'a PAX name with a NUL': () => [
    rawAci(pax({ path: 'rootfs/a\0/../../canary' }), block({ name: 'rootfs/a' })),
    { import: 'E_ARCHIVE' },
  ],
  'a PAX name that climbs': () => [
    rawAci(pax({ path: 'rootfs/../../canary' }), block({ name: 'rootfs/a' })),
    REFUSED,
  ],
  'a GNU long name that climbs': () => [
    rawAci(
      block({ name: '././@LongLink', typeFlag: 'L' }, `rootfs/${'x/../'.repeat(30)}../../canary\0`),
      block({}),
    ),
    REFUSED,
  ],
  'a ustar prefix that climbs': () => [
    rawAci(patched(block({ name: 'canary' }), 345, Buffer.from('rootfs/../..'))),
    REFUSED,
  ],
  'a name longer than Linux allows': () => [aciOf(file(`${'d/'.repeat(2100)}f`)), { import: 'E_ARCHIVE' }],
  'a component longer than file systems allow': () => [aciOf(file('x'.repeat(300))), TOO_LONG],
  'a path that fits into a name and not below the store': () => [
    aciOf(file(`${'directory/'.repeat(408)}f`)),
    TOO_LONG,
  ],
  'a deep path': () => [
    aciOf(file(`${'d/'.repeat(500)}f`, 'x')),
    tree(...Array.from({ length: 500 }, (_, depth) => 'd/'.repeat(depth + 1)), `${'d/'.repeat(500)}f: x`),
  ],
  'a path that links make too long': () => [
    aciOf(symlink('a', 'd/'.repeat(1500)), symlink('b', `a/${'e/'.repeat(1500)}`), file('b/c')),
    REFUSED,
  ],
  'names that Windows reads in its own way': () => [
    aciOf(file('..\\..\\canary', '1'), file('C:\\canary', '2'), file('nul', '3'), file('a:b', '4')),
    tree('..\\..\\canary: 1', 'C:\\canary: 2', 'nul: 3', 'a:b: 4'),
  ],
  'names that look like whiteouts': () => [
    aciOf(file('a', '1'), file('.wh.a', ''), file('.wh..', ''), file('.wh...', ''), file('.wh..wh..opq', '')),
    tree('a: 1', '.wh.a: ', '.wh..: ', '.wh...: ', '.wh..wh..opq: '),
  ],
};
