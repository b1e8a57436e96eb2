import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { FetchProgress } from '../../server/src/engine/progress.ts';
import { UNCONFIGURED } from '../../server/src/engine/sources/sources.ts';
import { EngineClient } from '../../server/src/jobs/engine-client.ts';
import type { JobOf } from '../../server/src/jobs/job.ts';
import type { EngineConfig } from '../../server/src/jobs/messages.ts';

const CONFIG: EngineConfig = {
  storeRoot: '/store',
  maxDownloads: 3,
  network: null,
  insecureHttp: false,
  insecureImage: false,
  certificates: [],
  ...UNCONFIGURED,
};
const SCRIPT = new URL('./scripted-worker.ts', import.meta.url);

function fetchJob(name: string): JobOf<'fetch'> {
  const reference = { registry: 'r.example', repository: 'a', tag: undefined, digest: undefined };
  return {
    kind: 'fetch',
    image: { kind: 'docker', canonical: name, reference },
    mode: 'default',
    noCache: false,
    platform: { os: 'linux', architecture: 'amd64' },
  };
}

describe('EngineClient', () => {
  const logged: string[] = [];
  const write = (message: string) => void logged.push(message);
  const client = new EngineClient(SCRIPT, { debug: write, info: write, warn: write, error: write });
  after(() => client.close());

  const run = (name: string, config = CONFIG, signal = new AbortController().signal) => {
    const seen: FetchProgress[] = [];
    const result = client.run(config, fetchJob(name), { signal, onProgress: (now) => seen.push(now) });
    return Object.assign(result, { seen });
  };

  it('runs a job in the thread and returns its result', async () => {
    assert.deepEqual(await run('store-root'), { imageId: '/store', outcome: 'store' });
  });

  it('passes a failure with its code and its sentence', async () => {
    await assert.rejects(run('nothing'), { code: 'E_NOT_FOUND', message: 'There is no nothing.' });
  });

  it("writes the thread's log into its own", async () => {
    await assert.rejects(run('something'));
    assert(logged.includes('no image something'));
  });

  it('thins out progress, and never loses a phase', async () => {
    const job = run('progress');
    await job;
    assert.equal(job.seen[0]?.received, 0);
    assert.equal(job.seen.at(-1)?.phase, 'convert');
    assert(job.seen.length < 100, `${job.seen.length} messages`);
  });

  it('cancels a job, and hears how it ended', async () => {
    const controller = new AbortController();
    const watch = { signal: controller.signal, onProgress: () => controller.abort() };
    const job = client.run(CONFIG, fetchJob('until-cancelled'), watch);
    await assert.rejects(job, { code: 'E_CANCELLED', message: 'It was cancelled; 12 bytes are kept.' });
  });

  it('says that a job was cancelled where the engine only stops', async () => {
    const controller = new AbortController();
    const watch = { signal: controller.signal, onProgress: () => controller.abort() };
    const job = client.run(CONFIG, fetchJob('until-reason'), watch);
    await assert.rejects(job, { code: 'E_CANCELLED', message: 'The job was cancelled.' });
  });

  it('fails the jobs of a thread that ends, and starts another for the next', async () => {
    const bystander = run('until-cancelled');
    await Promise.all([
      assert.rejects(run('crash'), { code: 'E_INTERNAL', message: /stopped unexpectedly/ }),
      assert.rejects(bystander, { code: 'E_INTERNAL' }),
    ]);
    assert.deepEqual(await run('times-opened'), { imageId: '1', outcome: 'store' });
  });

  it('survives an error that nobody catches in the thread', async () => {
    await assert.rejects(run('throw-outside'), { code: 'E_INTERNAL', message: /nobody catches this/ });
    assert.deepEqual(await run('times-opened'), { imageId: '1', outcome: 'store' });
  });

  it('opens the engine once, and again after it could not be opened', async () => {
    const config = { ...CONFIG, storeRoot: '/first-open-fails' };
    await assert.rejects(run('times-opened', config), { code: 'E_STORE_IO' });
    assert.deepEqual(await run('times-opened', config), { imageId: '2', outcome: 'store' });
    assert.deepEqual(await run('times-opened', config), { imageId: '2', outcome: 'store' });
  });

  it('uses another thread for another configuration, and lets the jobs of the old one end', async () => {
    const controller = new AbortController();
    const { promise: begun, resolve } = Promise.withResolvers<unknown>();
    const old = client.run(CONFIG, fetchJob('until-cancelled'), {
      signal: controller.signal,
      onProgress: resolve,
    });
    await begun;
    const moved = await run('store-root', { ...CONFIG, storeRoot: '/elsewhere' });
    assert.equal(moved.imageId, '/elsewhere');
    controller.abort();
    await assert.rejects(old, { code: 'E_CANCELLED' });
  });

  it('cancels what runs when it is closed, and starts anew when it is asked again', async () => {
    const { promise: begun, resolve } = Promise.withResolvers<unknown>();
    const { signal } = new AbortController();
    const job = client.run(CONFIG, fetchJob('until-cancelled'), { signal, onProgress: resolve });
    await begun;
    await Promise.all([assert.rejects(job, { code: 'E_CANCELLED' }), client.close()]);
    assert.deepEqual(await run('times-opened'), { imageId: '1', outcome: 'store' });
  });
});
