import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { HostLimits } from '../../../server/src/engine/http/host-limits.ts';
import { NOW } from '../../helpers/records.ts';

const HOUR = 3_600_000;
const LIMIT = { limit: 100, remaining: 7, window: null, resetAt: null };

/** Limits whose clock is set by hand. */
function limitsAt(now: number) {
  const time = { now };
  const limits = new HostLimits({
    clock: { now: () => time.now, sleep: () => Promise.reject(new Error('nobody sleeps here')) },
    // In the middle: a backoff of `base` milliseconds becomes three quarters of it.
    random: () => 0.5,
  });
  /** Fails as soon as it may be asked again, and tells how long it has to be left alone then. */
  const failAgain = (host: string): number => {
    time.now += limits.waitFor(host);
    limits.failed(host, null);
    return limits.waitFor(host);
  };
  return { time, limits, failAgain };
}

describe('limits of hosts', () => {
  it('let a host be asked of which nothing is known', () => {
    const { limits } = limitsAt(NOW);
    limits.succeeded('r.example', undefined);
    assert.equal(limits.waitFor('r.example'), 0);
    assert.deepEqual(limits.snapshot(), []);
  });

  it('leave a host alone for longer with every failure in a row, up to half a minute', () => {
    const { failAgain } = limitsAt(NOW);
    const pauses = Array.from({ length: 9 }, () => failAgain('r.example'));
    assert.deepEqual(pauses, [375, 750, 1500, 3000, 6000, 12_000, 22_500, 22_500, 22_500]);
  });

  it('are of one host alone', () => {
    const { limits } = limitsAt(NOW);
    limits.failed('a.example', 1000);
    assert.deepEqual([limits.waitFor('a.example'), limits.waitFor('b.example')], [1000, 0]);
  });

  it('end with time', () => {
    const { time, limits } = limitsAt(NOW);
    limits.failed('r.example', 2000);
    time.now += 1999;
    assert.equal(limits.waitFor('r.example'), 1);
    time.now += 1;
    assert.equal(limits.waitFor('r.example'), 0);
    assert.deepEqual(limits.snapshot(), []);
  });

  it('take failures of requests that were on their way together for one', () => {
    const { limits, failAgain } = limitsAt(NOW);
    for (let request = 0; request < 6; request++) limits.failed('r.example', null);
    assert.equal(limits.waitFor('r.example'), 375);
    assert.equal(failAgain('r.example'), 750);
  });

  it('do as the host asks when it asks for more, and never for less than they would do anyway', () => {
    const { time, limits } = limitsAt(NOW);
    limits.failed('r.example', 60_000);
    time.now += 10_000;
    limits.failed('r.example', 1000);
    assert.equal(limits.waitFor('r.example'), 50_000);
    limits.failed('r.example', 70_000);
    assert.equal(limits.waitFor('r.example'), 70_000);
    limits.failed('s.example', 0);
    assert.equal(limits.waitFor('s.example'), 375);
  });

  it('ask again after six hours, whatever a host asks for', () => {
    const { limits } = limitsAt(NOW);
    limits.failed('r.example', 1000 * HOUR);
    assert.equal(limits.waitFor('r.example'), 6 * HOUR);
  });

  it('forget one failure after five answers', () => {
    const { limits, failAgain } = limitsAt(NOW);
    for (let failures = 0; failures < 3; failures++) failAgain('r.example');
    for (let answers = 0; answers < 4; answers++) limits.succeeded('r.example', undefined);
    assert.equal(failAgain('r.example'), 3000, 'four answers are too few');
    for (let answers = 0; answers < 5; answers++) limits.succeeded('r.example', undefined);
    assert.equal(failAgain('r.example'), 3000);
    for (let answers = 0; answers < 100; answers++) limits.succeeded('r.example', undefined);
    assert.equal(failAgain('r.example'), 375);
  });

  it('keep a host waiting that answers meanwhile', () => {
    const { limits } = limitsAt(NOW);
    limits.failed('r.example', 5000);
    limits.succeeded('r.example', LIMIT);
    assert.equal(limits.waitFor('r.example'), 5000);
  });

  it('make nobody wait longer when the clock is set back', () => {
    const { time, limits } = limitsAt(NOW);
    limits.failed('r.example', 1000);
    time.now -= HOUR;
    assert.equal(limits.waitFor('r.example'), 1000);
    time.now += 1000;
    assert.equal(limits.waitFor('r.example'), 0);
  });

  it('tell what hosts have said, by name', () => {
    const { limits } = limitsAt(NOW);
    limits.succeeded('z.example', LIMIT);
    limits.failed('a.example', 3000);
    assert.deepEqual(limits.snapshot(), [
      { host: 'a.example', limit: null, remaining: null, retryAt: NOW + 3000 },
      { host: 'z.example', limit: 100, remaining: 7, retryAt: null },
    ]);
  });

  it('let a host be asked that has nothing left: not every request counts', () => {
    const { limits } = limitsAt(NOW);
    limits.succeeded('r.example', { ...LIMIT, remaining: 0, resetAt: NOW + HOUR });
    assert.equal(limits.waitFor('r.example'), 0);
  });

  it('say when there is news, and only then', () => {
    const { limits } = limitsAt(NOW);
    let heard = 0;
    const end = limits.onChange(() => heard++);
    limits.succeeded('r.example', undefined);
    limits.succeeded('r.example', LIMIT);
    limits.succeeded('r.example', { ...LIMIT, resetAt: NOW });
    limits.succeeded('r.example', undefined);
    assert.equal(heard, 1);
    limits.failed('r.example', null);
    limits.succeeded('r.example', { ...LIMIT, remaining: 6 });
    assert.equal(heard, 3);
    end();
    limits.failed('r.example', null);
    assert.equal(heard, 3);
  });

  it('never wait for less than nothing or more than six hours', () => {
    const retryAfter = fc.option(fc.nat({ max: 100 * HOUR }));
    const step = fc.record({ pass: fc.integer({ min: -HOUR, max: HOUR }), fails: fc.boolean(), retryAfter });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { time, limits } = limitsAt(NOW);
        for (const { pass, fails, retryAfter } of steps) {
          time.now += pass;
          if (fails) limits.failed('r.example', retryAfter);
          else limits.succeeded('r.example', undefined);
          const wait = limits.waitFor('r.example');
          assert.ok(wait >= 0 && wait <= 6 * HOUR, String(wait));
          time.now += wait;
          assert.equal(limits.waitFor('r.example'), 0);
        }
      }),
    );
  });
});
