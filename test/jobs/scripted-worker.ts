/** A worker like engine-worker.ts, with an engine that does what the image's name says. */
import { parentPort, workerData } from 'node:worker_threads';
import { LarderError } from '../../server/src/domain/errors.ts';
import type { Job, Watch } from '../../server/src/jobs/job.ts';
import type { EngineConfig, FromWorker } from '../../server/src/jobs/messages.ts';
import { serveJobs } from '../../server/src/jobs/worker-jobs.ts';

assert(parentPort !== null);
const port = parentPort;
const { storeRoot } = workerData as EngineConfig;
let opened = 0;

function assert(condition: boolean): asserts condition {
  if (!condition) throw new Error('scripted-worker runs in a worker thread only');
}

async function run(job: Job, { signal, onProgress }: Watch): Promise<unknown> {
  const name = 'image' in job ? job.image.canonical : job.kind;
  switch (name) {
    case 'store-root':
      return { imageId: storeRoot, outcome: 'store' };
    case 'times-opened':
      return { imageId: String(opened), outcome: 'store' };
    case 'progress':
      for (let received = 0; received <= 1000; received++)
        onProgress({ phase: 'download', received, total: 1000 });
      onProgress({ phase: 'convert', received: 1000, total: 1000 });
      return { imageId: 'done', outcome: 'fetched' };
    case 'until-cancelled':
      onProgress({ phase: 'download', received: 0, total: null });
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
      throw new LarderError('E_CANCELLED', 'It was cancelled; 12 bytes are kept.');
    case 'until-reason':
      onProgress({ phase: 'download', received: 0, total: null });
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    case 'gc':
      return job;
    case 'crash':
      process.exit(7);
      break;
    case 'throw-outside':
      setImmediate(() => {
        throw new Error('nobody catches this');
      });
      return new Promise(() => undefined);
    default:
      port.postMessage({ type: 'log', level: 'warn', message: `no image ${name}` } satisfies FromWorker);
      throw new LarderError('E_NOT_FOUND', `There is no ${name}.`);
  }
}

serveJobs(port, () => {
  opened++;
  if (storeRoot === '/first-open-fails' && opened === 1)
    return Promise.reject(new LarderError('E_STORE_IO', 'The store cannot be opened.'));
  return Promise.resolve({ run, close: () => Promise.resolve() });
});
