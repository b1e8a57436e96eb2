import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DownloadProgress } from '../../../server/src/engine/sources/download-progress.ts';
import { networkHost } from '../../helpers/network-host.ts';

const A = { mediaType: 'x', digest: 'sha256:a', size: 100 };
const B = { mediaType: 'x', digest: 'sha256:b', size: 50 };

describe('download progress', () => {
  it('tells the sum ten times a second, and the end at once', async () => {
    const { clock } = networkHost();
    const told: number[] = [];
    const progress = new DownloadProgress(clock, [A, B], ({ received, total }) => {
      assert.equal(total, 150);
      told.push(received);
    });
    progress.update(A, 10);
    await clock.sleep(100);
    progress.update(B, 5);
    progress.update(B, 6);
    progress.update(B, 50);
    progress.update(A, 100);
    assert.deepEqual(told, [0, 15, 150]);
  });

  it('does not go back when a download begins again', async () => {
    const { clock } = networkHost();
    const told: number[] = [];
    const progress = new DownloadProgress(clock, [A], ({ received }) => told.push(received));
    for (const received of [60, 0, 30, 60, 70]) {
      await clock.sleep(100);
      progress.update(A, received);
    }
    assert.deepEqual(told, [0, 60, 70]);
  });
});
