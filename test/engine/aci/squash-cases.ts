/** What squashing must give: here by hand, in test/real what `umoci unpack` makes of the same layers. */
import type { TarEntry } from '../../../server/src/engine/aci/tar-entry.ts';
import { directory, file, hardLink, symlink } from './trees.ts';

/** Each row: the layers, lowest first, and what a container sees; `#1` tells that the data is from layer 1. */
export const CASES: Readonly<Record<string, [layers: TarEntry[][], tree: string[]]>> = {
  'puts layers over each other': [
    [
      [directory('a'), file('a/x'), file('a/y')],
      [file('a/y'), file('b')],
    ],
    ['a/', 'a/x#0', 'a/y#1', 'b#1'],
  ],
  'makes parents that no layer describes': [[[file('a/b/c')]], ['a/', 'a/b/', 'a/b/c#0']],
  'cleans names as they may be written': [
    [[directory('./'), file('./a'), file('/b'), file('c//d/./e'), file('f/../g')]],
    ['a#0', 'b#0', 'c/', 'c/d/', 'c/d/e#0', 'g#0'],
  ],
  'lets the last of two entries of one name count': [[[file('a', 1), file('a', 2)]], ['a#0:2']],
  'replaces a file by a directory': [
    [[file('a')], [directory('a'), file('a/b')]],
    ['a/', 'a/b#1'],
  ],
  'replaces a directory and all in it by a file': [[[file('a/b/c')], [file('a')]], ['a#1']],
  'replaces a lower file by an undescribed parent': [
    [[file('a')], [file('a/b')]],
    ['a/', 'a/b#1'],
  ],
  'keeps what is in a directory that comes again': [
    [[file('a/b')], [directory('a')]],
    ['a/', 'a/b#0'],
  ],

  'hides a file': [
    [[file('a/x'), file('a/y')], [file('a/.wh.x')]],
    ['a/', 'a/y#0'],
  ],
  'hides a directory and all in it': [[[file('a/b/c'), file('d')], [file('.wh.a')]], ['d#0']],
  'hides nothing of the same layer, the whiteout first': [[[file('a')], [file('.wh.a'), file('a')]], ['a#1']],
  'hides nothing of the same layer, the whiteout last': [[[file('a')], [file('a'), file('.wh.a')]], ['a#1']],
  'hides only lower parts of a directory that the layer writes too': [
    [
      [file('a/low'), file('a/b/low')],
      [file('a/b/high'), file('.wh.a')],
    ],
    ['a/', 'a/b/', 'a/b/high#1'],
  ],
  'lets a higher layer bring back what was hidden': [[[file('a')], [file('.wh.a')], [file('a')]], ['a#2']],
  'hides what is not there without complaint': [
    [[file('x')], [file('.wh.a'), file('b/.wh.c'), file('x/.wh.y')]],
    ['x#0'],
  ],

  'makes a directory opaque, the mark first': [
    [[file('a/low')], [file('a/.wh..wh..opq'), file('a/high')]],
    ['a/', 'a/high#1'],
  ],
  'makes a directory opaque, the mark last': [
    [
      [file('a/low'), file('a/b/low')],
      [file('a/high'), file('a/b/high'), file('a/.wh..wh..opq')],
    ],
    ['a/', 'a/b/', 'a/b/high#1', 'a/high#1'],
  ],
  'makes the root opaque': [
    [
      [file('a'), file('b/c')],
      [file('.wh..wh..opq'), file('d')],
    ],
    ['d#1'],
  ],
  'keeps an opaque directory itself': [[[file('a/low')], [file('a/.wh..wh..opq')]], ['a/']],
  'does not hide what a layer above an opaque one writes': [
    [[file('a/low')], [file('a/.wh..wh..opq')], [file('a/low')]],
    ['a/', 'a/low#2'],
  ],
  "ignores AUFS's own files": [
    [[directory('.wh..wh.plnk'), file('.wh..wh.plnk/1.2'), file('.wh..wh.aufs'), file('a')]],
    ['a#0'],
  ],

  'follows a symbolic link on the way, inside the image': [
    [
      [
        directory('usr/lib'),
        symlink('lib', 'usr/lib'),
        symlink('abs', '/usr/lib'),
        symlink('up', '../../usr'),
      ],
      [file('lib/a'), file('abs/b'), file('up/c')],
    ],
    [
      'abs -> /usr/lib',
      'lib -> usr/lib',
      'up -> ../../usr',
      'usr/',
      'usr/c#1',
      'usr/lib/',
      'usr/lib/a#1',
      'usr/lib/b#1',
    ],
  ],
  'follows a symbolic link to something that is not there yet': [
    [[symlink('a', 'b/c'), file('a/x')]],
    ['a -> b/c', 'b/', 'b/c/', 'b/c/x#0'],
  ],
  'replaces a symbolic link that is the entry itself': [
    [
      [directory('d'), symlink('a', 'd'), symlink('b', 'd')],
      [file('a'), directory('b')],
    ],
    ['a#1', 'b/', 'd/'],
  ],
  'whites out through a symbolic link': [
    [[file('d/x'), file('d/y'), symlink('a', 'd')], [file('a/.wh.x')]],
    ['a -> d', 'd/', 'd/y#0'],
  ],
  'does not follow a link that the layer has replaced by an opaque directory': [
    [
      [file('d/x'), symlink('a', 'd')],
      [directory('a'), file('a/.wh..wh..opq')],
    ],
    ['a/', 'd/', 'd/x#0'],
  ],

  'gives one file several names': [
    [[file('b'), hardLink('a', 'b'), hardLink('c', 'a')]],
    ['a#0', 'b = a', 'c = a'],
  ],
  'links to a file of a lower layer': [
    [[file('a')], [hardLink('b', './a')]],
    ['a#0', 'b = a'],
  ],
  'keeps a link whose target is replaced': [
    [[file('a'), hardLink('b', 'a')], [file('a')]],
    ['a#1', 'b#0'],
  ],
  'keeps a link whose target is hidden': [[[file('a')], [hardLink('b', 'a')], [file('.wh.a')]], ['b#0']],
  'keeps a link to a file that its own layer hides': [
    [[file('a')], [hardLink('b', 'a'), file('.wh.a')]],
    ['b#0'],
  ],
  'links to a symbolic link itself': [[[symlink('s', 'x'), hardLink('t', 's')]], ['s -> x', 't = s']],
  'finds the target of a link through symbolic links': [
    [[file('d/x'), symlink('e', 'd'), hardLink('a', 'e/x')]],
    ['a#0', 'd/', 'd/x = a', 'e -> d'],
  ],
};
