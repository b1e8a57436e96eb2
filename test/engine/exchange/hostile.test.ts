import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { buildImage } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';
import { layoutOf, savedOf, tarOf } from './archives.ts';
import { withStore } from './fixture.ts';
import { LAYOUTS } from './hostile-layouts.ts';
import { SAVED } from './hostile-saved.ts';

const plain = (name: string, content: string) => ({
  files: [{ name, content }],
  compression: 'none' as const,
});

describe('an archive that is not to be trusted', () => {
  let image: TestImage;
  before(async () => {
    image = await buildImage({ layers: [plain('a', 'one'), plain('b', 'two')], config: { Cmd: ['/a'] } });
  });

  /** Imports, and compares what the store holds before and after. */
  const refusal = async (bytes: Buffer): Promise<unknown> => {
    let failure: unknown;
    await withStore(async (to) => {
      const { directory, store } = to;
      const path = join(directory, 'image.tar');
      await fs.writeFile(path, bytes);
      failure = await to.import(path).then(
        (images) => images,
        (error: unknown) => error,
      );
      if (Array.isArray(failure)) return;
      assert.deepEqual(await to.files(), [], 'nothing is left');
      assert.equal(store.view().imageCount, 0);
      assert.deepEqual((await fs.readdir(directory)).toSorted(), ['image.tar', 'store']);
    });
    return failure;
  };

  for (const [kind, cases, filesOf] of [
    ['a layout', LAYOUTS, layoutOf],
    ['an archive of docker save', SAVED, savedOf],
  ] as const) {
    for (const [what, [code, spoil]] of Object.entries(cases)) {
      it(`is refused as ${kind} with ${what}`, async () => {
        const spoiled = await spoil(image, filesOf(image));
        const error = await refusal(Buffer.isBuffer(spoiled) ? spoiled : await tarOf(spoiled));
        assert.ok(error instanceof LarderError, String(error));
        assert.equal(error.code, code, error.message);
        assert.ok(!/[\n\0]/.test(error.message));
      });
    }
  }

  it('leaves nothing when a layer is no archive', async () => {
    const broken = await buildImage({ layers: [plain('../../evil', 'x')] });
    const error = await refusal(await tarOf(layoutOf(broken)));
    assert.ok(error instanceof LarderError);
    assert.equal(error.code, 'E_ARCHIVE');
  });

  it('is refused or is the image, whichever byte is another', async () => {
    const bytes = await tarOf(savedOf(image));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ change;
        const result = await refusal(changed);
        if (!Array.isArray(result)) assert.ok(result instanceof LarderError, String(result));
      }),
      { numRuns: 40, seed: 1196 },
    );
  });
});
