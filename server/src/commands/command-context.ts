import type { WorkDoneProgressReporter } from 'vscode-languageserver';
import type { Platform } from '../domain/image.ts';
import type { Log } from '../engine/host.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { EngineConfig } from '../jobs/messages.ts';

/** What a command works with. */
export interface CommandContext {
  readonly jobs: Pick<Jobs, 'fetch' | 'check' | 'remove' | 'inspectKeys' | 'trust' | 'signIn'>;
  readonly config: EngineConfig;
  readonly platform: Platform;
  /** See ClientPowers. */
  readonly offersTrust: boolean;
  readonly offersSignIn: boolean;
  readonly reporter: Pick<WorkDoneProgressReporter, 'begin' | 'report' | 'done'>;
  /** Aborts when the user cancels. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Shows the user one sentence. */
  readonly show: (kind: 'error' | 'info', sentence: string) => void;
}
