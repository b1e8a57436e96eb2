import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { freshnessOf, nextChange } from '../../server/src/domain/freshness.ts';
import * as given from '../helpers/records.ts';
import { MINUTE, NOW, OTHER_DIGEST } from '../helpers/records.ts';

const CHECKED = NOW - 3 * MINUTE;

describe('freshnessOf', () => {
  it('is missing when the store has nothing', () => {
    assert.equal(freshnessOf(given.tagged, undefined, NOW).state, 'missing');
  });

  it('is pinned for a digest and for an image ID, however old', () => {
    assert.equal(
      freshnessOf(given.pinned, given.dockerRecord({ movedTo: OTHER_DIGEST }), NOW).state,
      'pinned',
    );
    assert.equal(freshnessOf(given.byId, given.bareRecord, NOW).state, 'pinned');
  });

  it('is current for a tag as of its last check', () => {
    const { state, since, checkedAt } = freshnessOf(given.tagged, given.dockerRecord(), NOW);
    assert.deepEqual({ state, since, checkedAt }, { state: 'current', since: CHECKED, checkedAt: CHECKED });
  });

  it('is moved when the registry answered another digest, and names it', () => {
    const { state, why } = freshnessOf(given.tagged, given.dockerRecord({ movedTo: OTHER_DIGEST }), NOW);
    assert.equal(state, 'moved');
    assert.match(why, new RegExp(OTHER_DIGEST));
  });

  it('is unvalidated for a tag nobody knows the last check of', () => {
    assert.equal(freshnessOf(given.tagged, given.dockerRecord({}, null), NOW).state, 'unvalidated');
  });

  it('is fresh until the response expires, and stale from that moment', () => {
    const record = given.httpRecord({ freshUntil: NOW });
    const before = freshnessOf(given.http, record, NOW - 1);
    assert.deepEqual([before.state, before.until, nextChange(before)], ['fresh', NOW, NOW]);
    const after = freshnessOf(given.http, record, NOW);
    assert.deepEqual([after.state, after.since, nextChange(after)], ['stale', NOW, null]);
  });

  it('is stale since its last check when it has validators and no lifetime', () => {
    const { state, since } = freshnessOf(given.http, given.httpRecord({ etag: '"a"' }), NOW);
    assert.deepEqual([state, since], ['stale', CHECKED]);
  });

  it('is unvalidated without caching data, for a file, and for an image no URL leads to', () => {
    assert.equal(freshnessOf(given.http, given.httpRecord(), NOW).state, 'unvalidated');
    assert.equal(freshnessOf(given.file, given.bareRecord, NOW).state, 'unvalidated');
    assert.equal(freshnessOf(given.named, given.bareRecord, NOW).state, 'unvalidated');
  });

  it('is not fresh when the clock was set back before the check', () => {
    const record = given.httpRecord({ freshUntil: NOW + MINUTE }, NOW);
    assert.equal(freshnessOf(given.http, record, NOW - 60 * MINUTE).state, 'stale');
  });

  it('never becomes fresh again as time passes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -100, max: 100 }), fc.nat(1000), (lifetime, later) => {
        const record = given.httpRecord({ freshUntil: NOW + lifetime, etag: '"a"' });
        const [first, second] = [NOW, NOW + later].map((now) => freshnessOf(given.http, record, now).state);
        assert.ok(first === 'fresh' || second !== 'fresh');
      }),
    );
  });
});
