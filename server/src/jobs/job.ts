import type { DockerImage, Platform } from '../domain/image.ts';
import type { GcReport, GcRequest } from '../engine/care/gc.ts';
import type { RepairReport } from '../engine/care/repair.ts';
import type { Fetched } from '../engine/execute.ts';
import type { ImportRequest } from '../engine/exchange/import.ts';
import type { FetchRequest } from '../engine/fetch.ts';
import type { Prepared, PrepareRequest } from '../engine/prepare/prepare.ts';
import type { OnProgress } from '../engine/progress.ts';
import type { InspectKeysArguments, KeyFound, SignInArguments, TrustArguments } from '../protocol.ts';

/** What the engine can be asked to do, as plain values that can be sent to another thread. */
export type Job =
  | ({ readonly kind: 'fetch' } & FetchRequest)
  | { readonly kind: 'check'; readonly image: DockerImage; readonly platform: Platform }
  | { readonly kind: 'remove'; readonly imageId: string; readonly force: boolean }
  | ({ readonly kind: 'gc' } & GcRequest)
  | { readonly kind: 'repair' }
  | ({ readonly kind: 'import' } & ImportRequest)
  | ({ readonly kind: 'prepare' } & PrepareRequest)
  | { readonly kind: 'remove-pod'; readonly uuid: string }
  | ({ readonly kind: 'inspect-keys' } & InspectKeysArguments)
  | ({ readonly kind: 'trust' } & TrustArguments)
  | ({ readonly kind: 'sign-in' } & SignInArguments);

export type JobKind = Job['kind'];
export type JobOf<K extends JobKind> = Extract<Job, { kind: K }>;

/** Whether a tag has moved; `unknown` when the store has nothing to compare with, so that nothing was asked. */
export type CheckResult = 'unchanged' | 'changed' | 'unknown';

/** An image that came in a file. */
export interface ImportedFile {
  /** `docker://…`; null for an ACI, which has its name in it. */
  readonly reference: string | null;
  readonly imageId: string;
}

/** What a job of each kind results in. */
export interface ResultOf {
  readonly fetch: Fetched;
  readonly check: CheckResult;
  readonly remove: null;
  readonly gc: GcReport;
  readonly repair: RepairReport;
  readonly import: readonly ImportedFile[];
  readonly prepare: Prepared;
  readonly 'remove-pod': null;
  readonly 'inspect-keys': readonly KeyFound[];
  /** The path of the key's file. */
  readonly trust: string;
  readonly 'sign-in': null;
}

/** What goes with one run of a job. */
export interface Watch {
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
}
