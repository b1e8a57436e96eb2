import assert from 'node:assert/strict';
import { it } from 'node:test';
import { TotalProgress } from '../../server/src/engine/total-progress.ts';
import type { FetchProgress } from '../../server/src/engine/progress.ts';

it('the progress of several images is one sum, which never falls', () => {
  const seen: Omit<FetchProgress, 'phase'>[] = [];
  const progress = new TotalProgress(({ received, total }) => seen.push({ received, total }));
  const update = (received: number, total: number | null): void =>
    progress.update({ phase: 'download', received, total });
  update(10, 100);
  update(0, null);
  update(100, 100);
  progress.next();
  update(0, null);
  update(5, 50);
  assert.deepEqual(seen, [
    { received: 10, total: 100 },
    { received: 10, total: null },
    { received: 100, total: 100 },
    { received: 100, total: null },
    { received: 105, total: 150 },
  ]);
});
