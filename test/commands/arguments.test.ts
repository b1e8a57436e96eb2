import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  parseFetchArguments,
  parseGcArguments,
  parseRefreshArguments,
  parseRemoveArguments,
} from '../../server/src/commands/arguments.ts';
import { LarderError } from '../../server/src/domain/errors.ts';

const USAGE = { name: 'LarderError', code: 'E_USAGE' };
const PARSERS = [parseFetchArguments, parseGcArguments, parseRefreshArguments, parseRemoveArguments];
const NGINX = { image: 'nginx:1.27', syntax: 'docker', mode: 'default' } as const;

describe('the arguments of commands', () => {
  it('are read, and what they do not hold is left behind', () => {
    assert.deepEqual(parseFetchArguments({ images: [{ ...NGINX, extra: 1 }], noCache: true, more: [] }), {
      images: [NGINX],
      noCache: true,
    });
    assert.deepEqual(parseRefreshArguments({ images: [NGINX] }), {
      images: [{ image: 'nginx:1.27', syntax: 'docker' }],
    });
    const imageId = `sha512-${'0f'.repeat(64)}`;
    assert.deepEqual(parseRemoveArguments({ imageId }), { imageId });
  });

  it('switch the cache off only when they say so exactly', () => {
    assert.equal(parseFetchArguments({ images: [], noCache: 'yes' }).noCache, false);
  });

  const refused: readonly (readonly [string, unknown])[] = [
    ['no argument', undefined],
    ['a text', 'nginx'],
    ['no images', {}],
    ['images that are not a list', { images: NGINX }],
    ['a list of texts', { images: ['nginx'] }],
    ['an image that is not a text', { images: [{ ...NGINX, image: 1 }] }],
    ['a text beyond all bounds', { images: [{ ...NGINX, image: 'a'.repeat(5000) }] }],
    ['another syntax', { images: [{ ...NGINX, syntax: 'shell' }] }],
    ['another mode', { images: [{ ...NGINX, mode: 'store' }] }],
    ['images beyond all bounds', { images: Array.from({ length: 10_001 }, () => NGINX) }],
  ];
  for (const [what, argument] of refused) {
    it(`are refused when they are ${what}`, () => {
      assert.throws(() => parseFetchArguments(argument), USAGE);
    });
  }

  it('are refused when an image ID is anything but a full image ID', () => {
    for (const imageId of [
      undefined,
      7,
      'sha512-abc',
      `sha512-${'0F'.repeat(64)}`,
      `../sha512-${'0'.repeat(128)}`,
    ]) {
      assert.throws(() => parseRemoveArguments({ imageId }), USAGE);
    }
  });

  it('free disk space only when they say so', () => {
    assert.deepEqual(parseGcArguments({ dryRun: true }), {
      ...{ dryRun: true, gracePeriod: '24h', acceptUnread: false },
    });
    const all = { dryRun: false, gracePeriod: '0s', acceptUnread: true };
    assert.deepEqual(parseGcArguments({ ...all, more: 1 }), all);
    for (const argument of [
      ...[undefined, {}, { dryRun: 'no' }, { dryRun: true, gracePeriod: 24 }],
      ...[
        { dryRun: true, gracePeriod: '1 day' },
        { dryRun: true, gracePeriod: '1h'.repeat(5000) },
      ],
    ])
      assert.throws(() => parseGcArguments(argument), USAGE);
    assert.equal(parseGcArguments({ dryRun: true, acceptUnread: 'yes' }).acceptUnread, false);
  });

  it('are read or refused with E_USAGE, whatever they are', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 3 }), (argument) => {
        for (const parse of PARSERS) {
          try {
            parse(argument);
          } catch (error) {
            assert(error instanceof LarderError && error.code === 'E_USAGE');
          }
        }
      }),
    );
  });
});
