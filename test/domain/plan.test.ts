import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { plan } from '../../server/src/domain/plan.ts';
import type { Plan, PlanInput } from '../../server/src/domain/plan.ts';
import type { Image } from '../../server/src/domain/image.ts';
import type { PullMode } from '../../server/src/domain/pull-mode.ts';
import type { StoreRecord } from '../../server/src/domain/record.ts';
import * as given from '../helpers/records.ts';
import { MINUTE, NOW, OTHER_DIGEST } from '../helpers/records.ts';

const FRESH = given.signed(given.httpRecord({ freshUntil: NOW + MINUTE, etag: '"a"' }));
const EXPIRED = given.signed(given.httpRecord({ freshUntil: NOW - MINUTE, etag: '"a"' }));
const DATED = given.signed(given.httpRecord({ lastModified: 'Thu, 15 Jan 2026 11:00:00 GMT' }));
const BARE_RESPONSE = given.signed(given.httpRecord());
const EXPIRED_BARE = given.signed(given.httpRecord({ freshUntil: NOW - MINUTE }));
const TAG = given.dockerRecord();
const MOVED = given.dockerRecord({ movedTo: OTHER_DIGEST });
const BARE = given.signed(given.bareRecord);
const UNVERIFIED = given.httpRecord({ freshUntil: NOW + MINUTE, etag: '"a"' });
const NOTHING = undefined;

/** `action` or `when?action`, joined: a plan at a glance. */
const shape = (p: Plan): string =>
  p.steps.map((s) => (s.when ? `${s.when}?${s.action}` : s.action)).join(' ');

const ASK = 'ask-digest unchanged?use-store changed?pull changed?import';
const REVALIDATE = 'revalidate unchanged?use-store changed?import';

// The RFC's last table, row by row; the default mode's rows follow from the other two.
const TABLE: [PullMode, Image, string, StoreRecord | undefined, string][] = [
  ['store', given.file, 'nothing', NOTHING, 'use-file'],
  ['store', given.http, 'nothing', NOTHING, 'fail'],
  ['store', given.http, 'an expired response', EXPIRED, 'use-store'],
  ['store', given.http, 'a copy that was never verified', UNVERIFIED, 'fail'],
  ['store', given.tagged, 'nothing', NOTHING, 'fail'],
  ['store', given.tagged, 'a moved tag', MOVED, 'use-store'],
  ['store', given.named, 'nothing', NOTHING, 'fail'],
  ['store', given.named, 'an image', BARE, 'use-store'],
  ['store', given.byId, 'nothing', NOTHING, 'fail'],
  ['store', given.byId, 'the image', BARE, 'use-store'],
  ['remote', given.file, 'nothing', NOTHING, 'use-file'],
  ['remote', given.http, 'nothing', NOTHING, 'download import'],
  ['remote', given.http, 'a fresh response', FRESH, 'use-store'],
  ['remote', given.http, 'an expired response with an ETag', EXPIRED, REVALIDATE],
  ['remote', given.http, 'a response with Last-Modified alone', DATED, REVALIDATE],
  ['remote', given.http, 'an expired response without validators', EXPIRED_BARE, 'download import'],
  ['remote', given.http, 'a response without caching data', BARE_RESPONSE, 'download import'],
  ['remote', given.http, 'an image that no response led to', BARE, 'download import'],
  ['remote', given.http, 'a copy that was never verified', UNVERIFIED, 'download import'],
  ['remote', given.tagged, 'nothing', NOTHING, 'pull import'],
  ['remote', given.tagged, 'a current tag', TAG, ASK],
  ['remote', given.tagged, 'a moved tag', MOVED, ASK],
  ['remote', given.tagged, 'an image without a saved digest', BARE, 'pull import'],
  ['remote', given.pinned, 'nothing', NOTHING, 'pull import'],
  ['remote', given.pinned, 'the image', TAG, 'use-store'],
  ['remote', given.named, 'nothing', NOTHING, 'discover'],
  ['remote', given.named, 'an image', BARE, 'discover'],
  ['remote', given.byId, 'nothing', NOTHING, 'fail'],
  ['remote', given.byId, 'the image', BARE, 'use-store'],
];

describe('plan', () => {
  for (const [mode, image, holding, record, expected] of TABLE) {
    it(`${mode}, ${image.canonical}, the store holding ${holding}: ${expected}`, () => {
      assert.equal(shape(plan({ image, mode, record, now: NOW, noCache: false })), expected);
    });
  }

  it('ignores saved caching data with --no-cache, in a remote step alone', () => {
    const noCache = { now: NOW, noCache: true } as const;
    assert.equal(
      shape(plan({ ...noCache, image: given.http, mode: 'remote', record: FRESH })),
      'download import',
    );
    assert.equal(
      shape(plan({ ...noCache, image: given.tagged, mode: 'remote', record: TAG })),
      'pull import',
    );
    assert.equal(
      shape(plan({ ...noCache, image: given.pinned, mode: 'remote', record: TAG })),
      'pull import',
    );
    assert.equal(shape(plan({ ...noCache, image: given.http, mode: 'default', record: FRESH })), 'use-store');
  });

  const anyInput: fc.Arbitrary<PlanInput> = fc.record({
    image: fc.constantFrom<Image>(
      given.file,
      given.http,
      given.tagged,
      given.pinned,
      given.named,
      given.byId,
    ),
    mode: fc.constantFrom<PullMode>('store', 'remote', 'default'),
    record: fc.constantFrom(NOTHING, FRESH, EXPIRED, DATED, BARE_RESPONSE, EXPIRED_BARE, TAG, MOVED, BARE),
    now: fc.integer({ min: NOW - 10 * MINUTE, max: NOW + 10 * MINUTE }),
    noCache: fc.boolean(),
  });

  it('uses a copy that was never verified only where that is accepted', () => {
    const input = {
      image: given.http,
      mode: 'default',
      record: UNVERIFIED,
      now: NOW,
      noCache: false,
    } as const;
    assert.equal(shape(plan(input)), 'download import');
    assert.equal(shape(plan({ ...input, acceptUnverified: true })), 'use-store');
  });

  it('makes no request in store mode, whatever the store holds', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const actions = plan({ ...input, mode: 'store' }).steps.map((step) => step.action);
        assert.equal(actions.length, 1);
        assert.ok(['use-store', 'use-file', 'fail'].includes(actions[0] ?? ''));
      }),
    );
  });

  it('is the store plan by default where the store has something, else the remote plan', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const same = input.record === undefined ? 'remote' : 'store';
        assert.deepEqual(plan({ ...input, mode: 'default' }).steps, plan({ ...input, mode: same }).steps);
      }),
    );
  });

  it('always ends, says why, and decides before it branches', () => {
    const ends = ['use-store', 'use-file', 'fail', 'discover', 'import'];
    fc.assert(
      fc.property(anyInput, (input) => {
        const { steps } = plan(input);
        assert.ok(ends.includes(steps.at(-1)?.action ?? ''));
        for (const step of steps) assert.ok(step.why.length > 0 && step.target.length > 0);
        const branch = steps.findIndex((step) => step.when !== undefined);
        if (branch >= 0) assert.ok(['ask-digest', 'revalidate'].includes(steps[branch - 1]?.action ?? ''));
      }),
    );
  });
});
