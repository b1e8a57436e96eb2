import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Command, CommanderError } from 'commander';
import { addImageFlags, readImageArguments } from '../../server/src/cli/image-flags.ts';

const makeParser = () => addImageFlags(new Command()).option('--dir <directory>').option('--json');

/** The images as `text mode[ no-cache][ signature]`, and the other options. */
async function read(...args: string[]): Promise<{ images: string[]; options: Record<string, unknown> }> {
  const silent = { writeErr: () => undefined };
  const first = makeParser()
    .passThroughOptions()
    .exitOverride()
    .configureOutput(silent)
    .argument('<image...>');
  let result: ReturnType<typeof readImageArguments> | undefined;
  first.action(() => {
    result = readImageArguments(first, makeParser);
  });
  await first.parseAsync(args, { from: 'user' });
  assert.ok(result);
  const images = result.images.map(
    ({ text, mode, noCache, signature = '' }) =>
      `${text} ${mode}${noCache ? ' no-cache' : ''}${signature && ` ${signature}`}`,
  );
  return { images, options: result.options };
}

describe('readImageArguments', () => {
  const cases: [string, string[]][] = [
    ['a', ['a default']],
    ['a b', ['a default', 'b default']],
    ['--force-fetch a b', ['a remote', 'b remote']],
    ['a --force-fetch b', ['a remote', 'b default']],
    ['a b --no-fetch c --force-fetch', ['a default', 'b store', 'c remote']],
    ['--force-fetch a --no-fetch b', ['a store', 'b remote']],
    ['--no-cache a b', ['a default no-cache', 'b default no-cache']],
    ['a --no-cache --force-fetch b', ['a remote no-cache', 'b default']],
    ['--pull-policy=update a', ['a remote']],
    ['--pull-policy never a --pull-policy new b', ['a default', 'b store']],
    ['--pull-policy=update --force-fetch a', ['a remote']],
    ['a --signature a.asc b', ['a default a.asc', 'b default']],
    ['-- a', ['a default']],
    ['a -- --b', ['a default', '--b default']],
  ];
  for (const [line, images] of cases) {
    it(`reads: ${line}`, async () => assert.deepEqual((await read(...line.split(' '))).images, images));
  }

  it('takes other options wherever they stand', async () => {
    const { images, options } = await read('--json', 'a', '--dir', '/x', 'b', '--force-fetch');
    assert.deepEqual(images, ['a default', 'b remote']);
    assert.deepEqual([options['json'], options['dir']], [true, '/x']);
  });

  for (const line of [
    '--no-fetch --force-fetch a',
    'a --no-fetch --force-fetch',
    'a --pull-policy=never --force-fetch',
    'a --pull-policy=update --no-fetch b',
  ]) {
    it(`refuses what excludes each other: ${line}`, async () => {
      await assert.rejects(read(...line.split(' ')), { code: 'E_USAGE', message: /exclude each other/ });
    });
  }

  for (const line of [
    '--pull-policy=always a',
    'a --pull-policy=x',
    'a --pull-policy',
    'a --unknown',
    'a b --dir',
  ]) {
    it(`refuses: ${line}`, async () => {
      await assert.rejects(read(...line.split(' ')), CommanderError);
    });
  }
});
