/**
 * The entry of the engine's thread: network, hashing and store writes happen here, so that the server answers every
 * keystroke while images are fetched.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Log } from '../engine/host.ts';
import type { HostLimit } from '../protocol.ts';
import type { EngineConfig, FromWorker, LogLevel } from './messages.ts';
import { openRunner } from './runner.ts';
import { serveJobs } from './worker-jobs.ts';

if (parentPort === null) throw new Error('engine-worker runs in a worker thread only');
const port = parentPort;

const logAt = (level: LogLevel) => (message: string) =>
  port.postMessage({ type: 'log', level, message } satisfies FromWorker);
const log: Log = { debug: logAt('debug'), info: logAt('info'), warn: logAt('warn'), error: logAt('error') };

const onLimits = (limits: readonly HostLimit[]): void =>
  port.postMessage({ type: 'limits', limits } satisfies FromWorker);

serveJobs(port, () => openRunner(workerData as EngineConfig, log, onLimits));
