import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { Perseverance } from '../../../server/src/engine/http/perseverance.ts';
import { withRetries } from '../../../server/src/engine/http/retry.ts';
import { TransientError } from '../../../server/src/engine/http/transient-error.ts';
import { networkHost } from '../../helpers/network-host.ts';

const SIGNAL = new AbortController().signal;
const MIB = 1 << 20;
const broken = (retryAfter: number | null = null): TransientError =>
  new TransientError('E_HTTP', 'The server is tired.', undefined, retryAfter);

describe('withRetries', () => {
  it('tries five times, each time after a longer pause', async () => {
    const host = networkHost();
    let attempts = 0;
    const failing = withRetries(host, SIGNAL, () => {
      attempts++;
      return Promise.reject(broken());
    });
    await assert.rejects(failing, { code: 'E_HTTP' });
    assert.equal(attempts, 5);
    assert.deepEqual(host.sleeps, [375, 750, 1500, 3000]);
    assert.equal(host.logged[0], 'The server is tired. The next attempt is in 375 ms.');
  });

  it('returns what an attempt brings', async () => {
    let attempts = 0;
    const body = (): Promise<string> => (++attempts < 3 ? Promise.reject(broken()) : Promise.resolve('done'));
    assert.equal(await withRetries(networkHost(), undefined, body), 'done');
  });

  it('does not repeat what cannot get better', async () => {
    const host = networkHost();
    const final = new LarderError('E_NOT_FOUND', 'There is no such thing.');
    await assert.rejects(
      withRetries(host, SIGNAL, () => Promise.reject(final)),
      final,
    );
    assert.deepEqual(host.sleeps, []);
  });

  it('spreads the pauses, so that not everybody comes back at once', async () => {
    for (const [random, pause] of [
      [0, 250],
      [0.999, 500],
    ] as const) {
      const host = { ...networkHost(), random: () => random };
      await withRetries(host, SIGNAL, () =>
        host.sleeps.length === 0 ? Promise.reject(broken()) : Promise.resolve(),
      );
      assert.deepEqual(host.sleeps, [pause]);
    }
  });

  it('does as the server asks up to a minute, and gives up on more', async () => {
    const host = networkHost();
    const once = (after: number) => () =>
      host.sleeps.length === 0 ? Promise.reject(broken(after)) : Promise.resolve();
    await withRetries(host, SIGNAL, once(60_000));
    assert.deepEqual(host.sleeps, [60_000]);
    await assert.rejects(
      withRetries(host, SIGNAL, () => Promise.reject(broken(60_001))),
      { code: 'E_HTTP' },
    );
    assert.equal(host.sleeps.length, 1);
  });
});

describe('perseverance', () => {
  it('ends after five failures without progress', async () => {
    const patience = new Perseverance(networkHost(), 100);
    for (let failures = 1; failures < 5; failures++) await patience.afterFailure(broken(), 100, SIGNAL);
    await assert.rejects(patience.afterFailure(broken(), 100, SIGNAL), { code: 'E_HTTP' });
  });

  it('begins to count anew with every mebibyte', async () => {
    const host = networkHost();
    const patience = new Perseverance(host, 0);
    for (let round = 1; round <= 20; round++) await patience.afterFailure(broken(), round * MIB, SIGNAL);
    assert.deepEqual([...new Set(host.sleeps)], [375]);
  });

  it('begins to count anew when a minute has brought anything', async () => {
    const host = networkHost();
    const patience = new Perseverance(host, 0);
    for (let round = 1; round <= 20; round++) {
      await host.clock.sleep(60_000);
      await patience.afterFailure(broken(), round, SIGNAL);
    }
  });

  it('does not take bytes for progress that it had before', async () => {
    const patience = new Perseverance(networkHost(), 0);
    for (let failures = 0; failures < 5; failures++) {
      await patience.afterFailure(broken(), 2 * MIB, SIGNAL).catch((error: unknown) => {
        assert.equal(failures, 4, String(error));
      });
    }
    await assert.rejects(patience.afterFailure(broken(), 2 * MIB, SIGNAL));
  });
});
