import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import pLimit from 'p-limit';
import type { FetchProgress } from '../../server/src/engine/progress.ts';
import type { Watch } from '../../server/src/jobs/job.ts';
import { JobQueue } from '../../server/src/jobs/queue.ts';

const CANCELLED = { name: 'LarderError', code: 'E_CANCELLED' };
const HALF: FetchProgress = { phase: 'download', received: 5, total: 10 };

/** A job under the test's control: it ends when told to, or with E_CANCELLED's reason when its signal aborts. */
function controlledJob() {
  const runs: { watch: Watch; end: (value: string) => void }[] = [];
  const work = (watch: Watch) =>
    new Promise<string>((resolve, reject) => {
      runs.push({ watch, end: resolve });
      watch.signal.addEventListener('abort', () => reject(new Error('stopped by its signal')));
    });
  const only = () => {
    assert.equal(runs.length, 1);
    const [run] = runs;
    assert(run !== undefined);
    return run;
  };
  return { work, runs, only };
}

function asker() {
  const controller = new AbortController();
  const seen: FetchProgress[] = [];
  const watch: Watch = { signal: controller.signal, onProgress: (progress) => seen.push(progress) };
  return { controller, watch, seen };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('JobQueue', () => {
  it('runs one job for all who ask with one key, and tells everyone its progress', async () => {
    const queue = new JobQueue<string>(pLimit(2));
    const job = controlledJob();
    const [first, second] = [asker(), asker()];
    const results = [queue.run('a', job.work, first.watch), queue.run('a', job.work, second.watch)];
    await turn();
    job.only().watch.onProgress(HALF);
    job.only().end('done');
    assert.deepEqual(await Promise.all(results), ['done', 'done']);
    assert.deepEqual([first.seen, second.seen], [[HALF], [HALF]]);
  });

  it('tells who joins late how far the job is', async () => {
    const queue = new JobQueue<string>(pLimit(2));
    const job = controlledJob();
    const first = queue.run('a', job.work, asker().watch);
    await turn();
    job.only().watch.onProgress(HALF);
    const late = asker();
    const second = queue.run('a', job.work, late.watch);
    job.only().end('done');
    await Promise.all([first, second]);
    assert.deepEqual(late.seen, [HALF]);
  });

  it('lets one leave without stopping the job of the others', async () => {
    const queue = new JobQueue<string>(pLimit(2));
    const job = controlledJob();
    const [leaves, stays] = [asker(), asker()];
    const left = queue.run('a', job.work, leaves.watch);
    const stayed = queue.run('a', job.work, stays.watch);
    await turn();
    leaves.controller.abort();
    await assert.rejects(left, CANCELLED);
    assert.equal(job.only().watch.signal.aborted, false);
    job.only().end('done');
    assert.equal(await stayed, 'done');
  });

  it('stops the job when the last one leaves, who hears how it ended', async () => {
    const queue = new JobQueue<string>(pLimit(2));
    const job = controlledJob();
    const { controller, watch } = asker();
    const result = queue.run('a', job.work, watch);
    await turn();
    controller.abort();
    await assert.rejects(result, /stopped by its signal/);
  });

  it('starts anew for whoever asks after everyone left', async () => {
    const queue = new JobQueue<string>(pLimit(2));
    const job = controlledJob();
    const leaves = asker();
    const left = queue.run('a', job.work, leaves.watch);
    await turn();
    leaves.controller.abort();
    const again = queue.run('a', job.work, asker().watch);
    await assert.rejects(left);
    await turn();
    job.runs[1]?.end('second');
    assert.equal(await again, 'second');
  });

  it('does not start a job whose askers all left while it waited', async () => {
    const queue = new JobQueue<string>(pLimit(1));
    const [running, waiting] = [controlledJob(), controlledJob()];
    const first = queue.run('a', running.work, asker().watch);
    const leaves = asker();
    const second = queue.run('b', waiting.work, leaves.watch);
    await turn();
    leaves.controller.abort();
    await assert.rejects(second, CANCELLED);
    running.only().end('done');
    await first;
    await turn();
    assert.equal(waiting.runs.length, 0);
  });

  it('refuses an asker that has already cancelled', async () => {
    const queue = new JobQueue<string>(pLimit(1));
    const job = controlledJob();
    const { controller, watch } = asker();
    controller.abort();
    await assert.rejects(queue.run('a', job.work, watch), CANCELLED);
    assert.equal(job.runs.length, 0);
  });

  it('runs different keys side by side up to the bound', async () => {
    const queue = new JobQueue<string>(pLimit(2));
    const job = controlledJob();
    const results = ['a', 'b', 'c'].map((key) => queue.run(key, job.work, asker().watch));
    await turn();
    assert.equal(job.runs.length, 2);
    job.runs[0]?.end('1');
    job.runs[1]?.end('2');
    await Promise.all(results.slice(0, 2));
    await turn();
    job.runs[2]?.end('3');
    assert.deepEqual(await Promise.all(results), ['1', '2', '3']);
  });

  it('passes a failure to everyone and forgets it', async () => {
    const queue = new JobQueue<string>(pLimit(1));
    const fail = () => Promise.reject(new Error('no route'));
    const results = await Promise.allSettled([
      queue.run('a', fail, asker().watch),
      queue.run('a', fail, asker().watch),
    ]);
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(await queue.run('a', () => Promise.resolve('fine'), asker().watch), 'fine');
  });
});
