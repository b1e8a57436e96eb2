import type { ErrorCode, LarderError } from '../domain/errors.ts';
import type { FetchProgress } from '../engine/progress.ts';
import type { Machine, SourceOptions } from '../engine/sources/sources.ts';
import type { HostLimit, NetworkSnapshot } from '../protocol.ts';
import type { Job } from './job.ts';

/** What an engine is made of. A worker keeps the one it was started with; another one needs another worker. */
export interface EngineConfig extends Omit<SourceOptions, keyof Machine> {
  /** Absolute path of the store. */
  readonly storeRoot: string;
  /** The editor's network settings; `null` leaves everything to the environment. */
  readonly network: NetworkSnapshot | null;
  /** Absolute paths of files with more certificate authorities to trust, PEM. */
  readonly certificates: readonly string[];
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
  /** What hosts say about how often they may be asked, whenever it changes. */
  | { readonly type: 'limits'; readonly limits: readonly HostLimit[] }
  | { readonly type: 'log'; readonly level: LogLevel; readonly message: string };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
