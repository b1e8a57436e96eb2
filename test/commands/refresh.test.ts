import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { refreshImages } from '../../server/src/commands/refresh.ts';
import type { CheckResult } from '../../server/src/jobs/job.ts';
import type { FetchItem } from '../../server/src/protocol.ts';
import { DIGEST } from '../helpers/records.ts';
import { commandContext } from './fixture.ts';

const docker = (image: string): Pick<FetchItem, 'image' | 'syntax'> => ({ image, syntax: 'docker' });

/** Checks images whose names end with what the check is to find. */
async function refresh(...names: readonly string[]) {
  const { context, seen } = commandContext({
    check: (_, { image }) => Promise.resolve(image.reference.repository.split('/').at(-1) as CheckResult),
  });
  const { images } = await refreshImages({ images: names.map((name) => docker(name)) }, context);
  return { images, shown: seen.shown };
}

describe('larder.refresh', () => {
  it('tells for each image what the registry answered', async () => {
    const { images } = await refresh('a/unchanged', 'a/changed');
    assert.deepEqual(images, [
      { image: 'a/unchanged', found: 'unchanged' },
      { image: 'a/changed', found: 'changed' },
    ]);
  });

  const cases: readonly (readonly [string[], string])[] = [
    [['a/unchanged'], '1 image was checked: none has moved.'],
    [['a/unchanged', 'b/changed', 'c/unknown'], '2 images were checked: 1 moved.'],
    [['a/unknown'], 'Nothing was asked: none of these images is in the store to compare with.'],
  ];
  for (const [names, sentence] of cases) {
    it(`sums up ${names.join(', ')}`, async () => {
      assert.deepEqual((await refresh(...names)).shown, [['info', sentence]]);
    });
  }

  it('asks for the tag of a pinned image, which may lead elsewhere by now', async () => {
    const asked: string[] = [];
    const { context } = commandContext({
      check: (_, { image }) => {
        asked.push(image.canonical);
        return Promise.resolve('changed');
      },
    });
    const names = [`registry.example/a:1@${DIGEST}`, `registry.example/a@${DIGEST}`, 'registry.example/a:1'];
    await refreshImages({ images: names.map((name) => docker(name)) }, context);
    const [, byDigest] = names;
    assert.deepEqual(asked, [
      'docker://registry.example/a:1',
      `docker://${byDigest ?? ''}`,
      'docker://registry.example/a:1',
    ]);
  });

  it('asks nobody about what cannot move', async () => {
    const { context } = commandContext({});
    const images = [{ image: 'example.com/app:1.0', syntax: 'appc' }] as const;
    assert.deepEqual(await refreshImages({ images }, context), {
      images: [{ image: 'example.com/app:1.0', found: 'unknown' }],
    });
  });
});
