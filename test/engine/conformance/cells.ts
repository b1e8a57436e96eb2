/** A cell of the RFC's matrix (behaviour.md §2): what a fetch ends with, and the exact requests it makes. */
import assert from 'node:assert/strict';
import { LarderError } from '../../../server/src/domain/errors.ts';
import type { ErrorCode } from '../../../server/src/domain/errors.ts';
import type { PullMode } from '../../../server/src/domain/pull-mode.ts';
import type { FetchOutcome } from '../../../server/src/engine/progress.ts';
import type { EngineFixture } from '../engine-fixture.ts';

/** How an image is asked for: a pull mode, and --force-fetch with --no-cache. */
export type Way = PullMode | 'no-cache';
export const WAYS: readonly Way[] = ['store', 'default', 'remote', 'no-cache'];

export interface Cell {
  readonly end: FetchOutcome | ErrorCode;
  readonly requests: readonly string[];
}

/** Of each way; ways that are left out are like `remote`. */
export type Row = Readonly<Record<'store' | 'default' | 'remote', Cell> & Partial<Record<'no-cache', Cell>>>;

export const cell = (end: Cell['end'], ...requests: string[]): Cell => ({ end, requests });

/** For images that the store has: neither the store alone nor the default asks anybody. */
export const inStore = { store: cell('store'), default: cell('store') } as const;

/**
 * Fetches an image and compares.
 * @param requests the requests since the last call
 * @param now the image ID that a success must end with, where it is known
 */
export async function checkCell(
  t: EngineFixture,
  image: string,
  way: Way,
  row: Row,
  requests: () => string[],
  now: string | undefined,
): Promise<void> {
  const expected = (way === 'no-cache' ? row[way] : undefined) ?? row[way === 'no-cache' ? 'remote' : way];
  const held = t.record(image)?.image.imageId;
  requests();
  const mode = way === 'no-cache' ? 'remote' : way;
  const actual = await t.get(image, mode, { noCache: way === 'no-cache' }).then(
    ({ imageId, outcome }) => ({ end: outcome, imageId }),
    (error: unknown) => {
      assert.ok(error instanceof LarderError, String(error));
      assert.match(error.message, /^[^\n]*\.$/, 'an error is a sentence');
      if (held !== undefined && !image.startsWith('./'))
        assert.match(error.message, /the store still holds sha512-/);
      return { end: error.code, imageId: held };
    },
  );
  assert.deepEqual({ end: actual.end, requests: requests() }, expected);
  const isFromRemote = expected.end === 'fetched' || expected.end === 'revalidated';
  if (isFromRemote && now !== undefined) assert.equal(actual.imageId, now);
  assert.equal(t.record(image)?.image.imageId, actual.imageId, 'a failure leaves the store as it was');
}
