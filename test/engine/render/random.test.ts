import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { aciOf, directory, file, hardLink, rendered, symlink } from './fixture.ts';
import type { Member } from './fixture.ts';
import { modelTree } from './model.ts';
import type { ModelEntry } from './model.ts';

const name = fc.constantFrom('a', 'b', 'c', 'd', 'a/a', 'a/b', 'b/a', 'b/c', 'c/a', 'a/b/c', 'd/b/a');
const target = fc.constantFrom('a', 'b', '/b', '../c', '/', 'b/a', '../../..', './d', 'c/../a', '/a/b');
const entry = (type: ModelEntry['type'], text: fc.Arbitrary<string>): fc.Arbitrary<ModelEntry> =>
  fc.record({ name, type: fc.constant(type), text });
const entries = fc.oneof(
  { weight: 4, arbitrary: entry('file', fc.constantFrom('1', '22', '')) },
  { weight: 3, arbitrary: entry('directory', fc.constant('')) },
  { weight: 2, arbitrary: entry('symlink', target) },
  { weight: 1, arbitrary: entry('link', name) },
);
const images = fc.array(fc.uniqueArray(entries, { maxLength: 6, selector: (made) => made.name }), {
  minLength: 1,
  maxLength: 3,
});

function member({ name: path, type, text }: ModelEntry): Member {
  switch (type) {
    case 'file':
      return file(path, text);
    case 'directory':
      return directory(path);
    case 'symlink':
      return symlink(path, text);
    case 'link':
      return hardLink(path, text);
  }
}

/** The tree, or undefined when it is refused as no sound archive. */
async function tree(made: readonly (readonly ModelEntry[])[]): Promise<string[] | undefined> {
  try {
    return await rendered(...made.map((image) => aciOf(...image.map(member))));
  } catch (error) {
    if (error instanceof LarderError && error.code === 'E_ARCHIVE') return undefined;
    throw error;
  }
}

describe('a tree of any images', () => {
  it('is what the model of it says, and refused when the model refuses', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(images, async (made) => {
        const expected = modelTree(made);
        assert.deepEqual(await tree(made), expected);
        if (expected !== undefined) compared++;
      }),
      { numRuns: 300, seed: 1196 },
    );
    assert.ok(compared >= 100, `only ${compared} were trees`);
  });
});
