import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { LayerInput } from '../../../server/src/engine/aci/layer-scan.ts';
import type { PackedLayer } from '../../../server/src/engine/aci/layer-task.ts';
import { WorkerPool } from '../../../server/src/engine/aci/worker-pool.ts';
import { archive, layerFile, withDirectory } from './archives.ts';

const scan = (pool: WorkerPool, layer: LayerInput, signal?: AbortSignal): Promise<PackedLayer> =>
  pool.run<'scan'>({ kind: 'scan', layer, spool: `${layer.path}.tar` }, [], signal);

async function withPool(body: (pool: WorkerPool, layer: LayerInput) => Promise<void>): Promise<void> {
  await withDirectory(async (directory) => {
    const pool = new WorkerPool(1);
    try {
      await body(pool, await layerFile(directory, archive([{ name: 'a' }, 'data'])));
    } finally {
      await pool.close();
    }
  });
}

describe('the pool of layer workers', () => {
  it('runs more tasks than it has workers', async () => {
    await withPool(async (pool, layer) => {
      const results = await Promise.all([1, 2, 3].map(() => scan(pool, layer)));
      assert.deepEqual(
        results.map(({ archive: path }) => path),
        [layer.path, layer.path, layer.path],
      );
    });
  });

  it('hands on an error with its code, and works on', async () => {
    await withPool(async (pool, layer) => {
      await assert.rejects(scan(pool, { ...layer, diffId: 'sha256:0' }), {
        name: 'LarderError',
        code: 'E_DIGEST',
      });
      await scan(pool, layer);
    });
  });

  it('tells a failing disk from a bad layer', async () => {
    await withPool(async (pool, layer) => {
      await assert.rejects(scan(pool, { ...layer, path: join(layer.path, 'x') }), {
        code: 'E_STORE_IO',
        message: /ENOTDIR/,
      });
    });
  });

  it('ends a task at once when its signal aborts, and works on', async () => {
    await withPool(async (pool, layer) => {
      const stop = new AbortController();
      const running = scan(pool, layer, stop.signal);
      const waiting = scan(pool, layer, stop.signal);
      const other = scan(pool, layer);
      stop.abort(new Error('enough'));
      await assert.rejects(running, /enough/);
      await assert.rejects(waiting, /enough/);
      assert.equal((await other).archive, layer.path);
      await assert.rejects(scan(pool, layer, stop.signal), /enough/);
    });
  });

  it('fails what is running and waiting when it is closed', async () => {
    await withPool(async (pool, layer) => {
      const tasks = [scan(pool, layer), scan(pool, layer)];
      const outcomes = Promise.allSettled(tasks);
      await pool.close();
      for (const outcome of await outcomes) {
        assert.ok(outcome.status === 'rejected');
        assert.equal((outcome.reason as { code: string }).code, 'E_CANCELLED');
      }
    });
  });
});
