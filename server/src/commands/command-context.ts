import type { WorkDoneProgressReporter } from 'vscode-languageserver';
import type { Platform } from '../domain/image.ts';
import type { ShortNames } from '../domain/short-names.ts';
import type { Log } from '../engine/host.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { EngineConfig } from '../jobs/messages.ts';
import type { Manifests } from './manifests.ts';

/** What a command works with. */
export interface CommandContext {
  readonly jobs: Pick<Jobs, 'fetch' | 'check' | 'remove' | 'inspectKeys' | 'trust' | 'signIn'>;
  readonly config: EngineConfig;
  readonly platform: Platform;
  /** What short names stand for, in what is shown too; undefined: docker's way. */
  readonly shortNames: ShortNames | undefined;
  /** See ClientPowers. */
  readonly offersTrust: boolean;
  readonly offersSignIn: boolean;
  readonly manifests: Manifests;
  readonly reporter: Pick<WorkDoneProgressReporter, 'begin' | 'report' | 'done'>;
  /** Aborts when the user cancels. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Shows the user one sentence. */
  readonly show: (kind: 'error' | 'info', sentence: string) => void;
}
