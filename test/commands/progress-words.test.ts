import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { percentage, progressMessage } from '../../server/src/commands/progress-words.ts';
import type { ImageProgress } from '../../server/src/commands/progress-words.ts';
import type { FetchProgress } from '../../server/src/engine/progress.ts';

const image = (name: string, progress?: FetchProgress, ended = false): ImageProgress => ({
  name,
  progress,
  ended,
});
const download = (received: number, total: number | null): FetchProgress => ({
  phase: 'download',
  received,
  total,
});

describe('progressMessage', () => {
  const cases: readonly (readonly [string, readonly ImageProgress[], string])[] = [
    ['nobody has begun', [image('nginx:1.27')], 'waiting'],
    ['one downloads', [image('nginx:1.27', download(12_300_000, 40_100_000))], '12.3 of 40.1 MB'],
    ['the units differ', [image('nginx:1.27', download(900_000, 40_100_000))], '900.0 kB of 40.1 MB'],
    ['the size is not known', [image('nginx:1.27', download(2_000_000, null))], '2.0 MB'],
    [
      'several download',
      [image('a', download(1_000_000, 2_000_000)), image('b', download(1_000_000, 3_000_000)), image('c')],
      '2.0 of 5.0 MB, a and 1 more',
    ],
    [
      'one downloads and others do something else',
      [image('a', { phase: 'resolve', received: 0, total: null }), image('b', download(1, 2))],
      '1 of 2 B, b',
    ],
    ['one converts', [image('a', { phase: 'convert', received: 9, total: 9 })], 'converting'],
    ['one is written', [image('a', { phase: 'store', received: 9, total: 9 })], 'writing to the store'],
    [
      'a registry is asked',
      [image('a', { phase: 'resolve', received: 0, total: null })],
      'asking the registry',
    ],
    [
      'one has ended, whose bytes still count',
      [image('a', download(5, 5), true), image('b', download(1, 5))],
      '6 of 10 B, b',
    ],
    [
      'one is further, whose bytes still count',
      [image('a', { phase: 'convert', received: 5, total: 5 }), image('b', download(1, 5))],
      '6 of 10 B, b',
    ],
    ['everything has ended', [image('a', download(5, 5), true)], ''],
  ];
  for (const [when, images, expected] of cases) {
    it(`when ${when}`, () => assert.equal(progressMessage(images), expected));
  }
});

describe('percentage', () => {
  it('is the mean over the images', () => {
    assert.equal(percentage([image('a', download(1, 2)), image('b')]), 25);
    assert.equal(percentage([image('a', undefined, true), image('b', download(1, 2))]), 75);
  });

  it('is not full before the image has ended, since conversion follows the last byte', () => {
    assert.equal(percentage([image('a', { phase: 'convert', received: 9, total: 9 })]), 95);
    assert.equal(percentage([image('a', undefined, true)]), 100);
  });

  it('is nothing while no size is known', () => {
    assert.equal(percentage([image('a', download(5, null))]), 0);
  });
});
