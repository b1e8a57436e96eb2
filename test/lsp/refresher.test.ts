import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { Refresher } from '../../server/src/lsp/refresher.ts';

const SECOND = 1000;

/** Lets time pass in small steps: within one step of mocked timers, Date already shows its end. */
function pass(milliseconds: number): void {
  for (let passed = 0; passed < milliseconds; passed += 10) mock.timers.tick(10);
}

describe('Refresher', () => {
  let refreshedAt: number[];
  let nextChange: number | null;
  let refresher: Refresher;

  beforeEach(() => {
    mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 0 });
    refreshedAt = [];
    nextChange = null;
    refresher = new Refresher({
      refresh: () => refreshedAt.push(Date.now()),
      nextChange: () => nextChange,
      now: () => Date.now(),
    });
  });
  afterEach(() => {
    refresher.dispose();
    mock.timers.reset();
  });

  it('refreshes once for changes that come together', () => {
    refresher.request();
    refresher.request();
    pass(SECOND);
    assert.deepEqual(refreshedAt, [50]);
  });

  it('refreshes again for a change that comes later', () => {
    refresher.request();
    pass(100);
    refresher.request();
    pass(100);
    assert.deepEqual(refreshedAt, [50, 150]);
  });

  it('refreshes when the time of the next change has come', () => {
    nextChange = 30 * SECOND;
    refresher.reschedule();
    pass(29 * SECOND);
    assert.deepEqual(refreshedAt, []);
    nextChange = null;
    pass(2 * SECOND);
    assert.equal(refreshedAt.length, 1);
    assert(refreshedAt.every((at) => at >= 30 * SECOND));
  });

  it('forgets a change that is no longer shown', () => {
    nextChange = 30 * SECOND;
    refresher.reschedule();
    pass(SECOND);
    nextChange = null;
    refresher.reschedule();
    pass(60 * SECOND);
    assert.deepEqual(refreshedAt, []);
  });

  it('leaves some time between refreshes however often something changes by itself', () => {
    nextChange = 10;
    refresher.reschedule();
    for (let second = 0; second < 60; second++) {
      nextChange = Date.now() + 10;
      pass(SECOND);
    }
    assert(refreshedAt.length > 5, `${refreshedAt.length} refreshes`);
    for (const [index, at] of refreshedAt.slice(1).entries())
      assert(at - (refreshedAt[index] ?? 0) >= 5 * SECOND);
  });

  it('waits for changes further off than a timer reaches', () => {
    nextChange = 2 ** 33;
    refresher.reschedule();
    pass(100 * SECOND);
    assert.deepEqual(refreshedAt, []);
  });

  it('does nothing once it is disposed of', () => {
    nextChange = SECOND;
    refresher.reschedule();
    refresher.request();
    refresher.dispose();
    pass(60 * SECOND);
    assert.deepEqual(refreshedAt, []);
  });
});
