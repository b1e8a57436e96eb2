import type { ErrorCode, LarderError } from '../domain/errors.ts';
import type { FetchProgress } from '../engine/progress.ts';
import type { NetworkSnapshot } from '../protocol.ts';
import type { Job } from './job.ts';

/** What an engine is made of. A worker keeps the one it was started with; another one needs another worker. */
export interface EngineConfig {
  /** Absolute path of the store. */
  readonly storeRoot: string;
  /** Blobs downloaded at once. */
  readonly maxDownloads: number;
  /** The editor's network settings; `null` leaves everything to the environment. */
  readonly network: NetworkSnapshot | null;
  /** `--insecure-options=http`: plain http to any host, not only to loopback. */
  readonly insecureHttp: boolean;
  /** `--insecure-options=image`: ACIs need no signatures. */
  readonly insecureImage: boolean;
}

/** Server → worker. */
export type ToWorker =
  | { readonly type: 'run'; readonly id: number; readonly job: Job }
  | { readonly type: 'cancel'; readonly id: number }
  /** No job will follow: close the store and end. */
  | { readonly type: 'close' };

/** Worker → server. */
export type FromWorker =
  | { readonly type: 'progress'; readonly id: number; readonly progress: FetchProgress }
  | { readonly type: 'done'; readonly id: number; readonly result: unknown }
  | ({ readonly type: 'failed'; readonly id: number; readonly code: ErrorCode } & Pick<
      LarderError,
      'message' | 'subject'
    >)
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
