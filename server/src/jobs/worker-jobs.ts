import type { MessagePort } from 'node:worker_threads';
import { LarderError, toLarderError } from '../domain/errors.ts';
import type { FetchProgress, OnProgress } from '../engine/progress.ts';
import type { Job, Watch } from './job.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** Does the jobs of one engine. */
export interface JobRunner {
  run(job: Job, watch: Watch): Promise<unknown>;
  close(): Promise<void>;
}

/** Between two progress messages of a job, in milliseconds: people cannot read faster. */
const PROGRESS_INTERVAL = 100;

/**
 * The worker's side of the conversation: runs the jobs that the port asks for, and closes the port after the last.
 * @param open opens the engine; called at the first job, and again at the next if it failed
 */
export function serveJobs(port: MessagePort, open: () => Promise<JobRunner>): void {
  const running = new Map<number, { readonly controller: AbortController; readonly end: Promise<void> }>();
  let opened: Promise<JobRunner> | undefined;

  const send = (message: FromWorker): void => port.postMessage(message);
  const runner = (): Promise<JobRunner> => {
    opened ??= open().catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  const run = async (id: number, job: Job, signal: AbortSignal): Promise<void> => {
    const onProgress = throttled((progress) => send({ type: 'progress', id, progress }));
    try {
      const result = await (await runner()).run(job, { signal, onProgress });
      send({ type: 'done', id, result });
    } catch (error) {
      const { code, message, subject, cause } = toLarderError(error, `doing a ${job.kind} job`);
      if (cause instanceof Error)
        send({ type: 'log', level: 'debug', message: cause.stack ?? cause.message });
      send({ type: 'failed', id, code, message, subject });
    } finally {
      running.delete(id);
    }
  };

  const close = async (): Promise<void> => {
    for (const { controller } of running.values()) controller.abort(cancelled());
    try {
      await Promise.all([...running.values()].map(({ end }) => end));
      await (await opened)?.close();
    } finally {
      port.close();
    }
  };

  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'run': {
        const controller = new AbortController();
        running.set(message.id, { controller, end: run(message.id, message.job, controller.signal) });
        break;
      }
      case 'cancel':
        running.get(message.id)?.controller.abort(cancelled());
        break;
      case 'close':
        void close();
        break;
    }
  });
}

/** The reason of the signal, which is what whoever notices throws. */
function cancelled(): LarderError {
  return new LarderError('E_CANCELLED', 'The job was cancelled.');
}

/** Lets the first progress of each phase through, and then no more than one an interval. */
function throttled(onProgress: OnProgress): OnProgress {
  let last: { phase: FetchProgress['phase']; at: number } | undefined;
  return (progress) => {
    const at = performance.now();
    if (last?.phase === progress.phase && at - last.at < PROGRESS_INTERVAL) return;
    last = { phase: progress.phase, at };
    onProgress(progress);
  };
}
