import { join } from 'node:path';
import { aciOf, directory, file, hardLink, symlink } from '../fixture.ts';
import { block, pax, rawAci } from '../raw-tar.ts';
import { parents, REFUSED, tree } from './outcome.ts';
import type { HostileAci } from './outcome.ts';

/** A hard link as it stands in the archive: its target is not put below `rootfs`. */
const rawLink = (linkName: string): Buffer => block({ name: 'rootfs/link', typeFlag: '1', linkName });
const climb = (outside: string): string => join('../'.repeat(40), outside);

/** Links that lead elsewhere, or nowhere. */
export const LINKS: Readonly<Record<string, HostileAci>> = {
  'a file below a symbolic link to the outside': (outside) => [
    aciOf(symlink('l', outside), file('l/secret', 'changed')),
    tree(`l -> ${outside}`, ...parents(outside), `${outside.slice(1)}/secret: changed`),
  ],
  'a file below a symbolic link that climbs out': (outside) => [
    aciOf(symlink('l', climb(outside)), file('l/secret', 'changed')),
    tree(`l -> ${climb(outside)}`, ...parents(outside), `${outside.slice(1)}/secret: changed`),
  ],
  'a file below a chain of symbolic links that climb': () => [
    aciOf(directory('d'), symlink('d/up', '..'), symlink('more', 'd/up/..'), file('more/../canary', 'x')),
    tree('d/', 'd/up -> ..', 'more -> d/up/..', 'canary: x'),
  ],
  'a file of the name of a symbolic link to the outside': (outside) => [
    aciOf(symlink('l', `${outside}/secret`), file('l', 'changed')),
    REFUSED,
  ],
  'a directory of the name of a symbolic link to the outside': (outside) => [
    aciOf(symlink('l', outside), directory('l', 0o777), file('l/secret', 'changed')),
    REFUSED,
  ],
  'a whole directory moved behind a link, and back': (outside) => [
    aciOf(directory('a'), symlink('a/b', outside), file('a/b/../c', 'x'), directory('a/b/d')),
    tree('a/', `a/b -> ${outside}`, 'a/c: x', ...parents(join(outside, 'd'))),
  ],
  'symbolic links that go in circles': () => [
    aciOf(symlink('a', 'b'), symlink('b', 'a'), file('a/c', 'x')),
    REFUSED,
  ],
  'symbolic links that go in circles, unused': () => [
    aciOf(symlink('a', 'b'), symlink('b', 'a'), symlink('c', 'c')),
    tree('a -> b', 'b -> a', 'c -> c'),
  ],
  'a chain of more symbolic links than anybody follows': () => [
    aciOf(...Array.from({ length: 300 }, (_, n) => symlink(`l${n}`, `l${n + 1}`)), file('l0/a', 'x')),
    REFUSED,
  ],
  'a file below a symbolic link to a file': () => [aciOf(file('f'), symlink('l', 'f'), file('l/x')), REFUSED],
  'a symbolic link to nothing': () => [
    rawAci(block({ name: 'rootfs/l', typeFlag: '2' })),
    { import: 'E_ARCHIVE' },
  ],
  'a symbolic link with a target longer than Linux allows': () => [
    aciOf(symlink('l', 'x'.repeat(5000))),
    { import: 'E_ARCHIVE' },
  ],
  'a hard link to an absolute path': (outside) => [rawAci(rawLink(`${outside}/secret`)), REFUSED],
  'a hard link that climbs out': (outside) => [rawAci(rawLink(`rootfs/${climb(outside)}/secret`)), REFUSED],
  'a hard link that climbs out of rootfs only': () => [rawAci(rawLink('rootfs/../manifest')), REFUSED],
  'a hard link to the manifest': () => [rawAci(rawLink('manifest')), REFUSED],
  'a hard link with a PAX target that climbs': (outside) => [
    rawAci(pax({ linkpath: `rootfs/${climb(outside)}/secret` }), rawLink('rootfs/x')),
    REFUSED,
  ],
  'a hard link to a later entry': () => [aciOf(hardLink('a', 'b'), file('b')), REFUSED],
  'a hard link to nothing': () => [aciOf(hardLink('a', 'b')), REFUSED],
  'a hard link to a directory': () => [aciOf(directory('d'), hardLink('a', 'd')), REFUSED],
  'a hard link to the root': () => [aciOf(hardLink('a', '.')), REFUSED],
  'a hard link to itself': () => [aciOf(hardLink('a', 'a')), REFUSED],
  'hard links to each other': () => [aciOf(hardLink('a', 'b'), hardLink('b', 'a')), REFUSED],
  'a hard link through a symbolic link to the outside': (outside) => [
    aciOf(symlink('l', outside), hardLink('h', 'l/secret')),
    REFUSED,
  ],
  'a hard link of a symbolic link to the outside': (outside) => [
    aciOf(symlink('l', `${outside}/secret`), hardLink('h', 'l')),
    tree(`h -> ${outside}/secret`, 'l = h'),
  ],
  'a file below a hard link of a symbolic link': (outside) => [
    aciOf(symlink('l', outside), hardLink('h', 'l'), file('h/secret', 'changed')),
    tree(`h -> ${outside}`, 'l = h', ...parents(outside), `${outside.slice(1)}/secret: changed`),
  ],
  'a file of the name of a hard link': () => [aciOf(file('a'), hardLink('b', 'a'), file('b', 'x')), REFUSED],
};
