import type { WorkDoneProgressReporter } from 'vscode-languageserver';
import type { Platform } from '../domain/image.ts';
import type { Unmapped } from '../domain/pod/kubernetes.ts';
import type { ShortNames } from '../domain/short-names.ts';
import type { Log } from '../engine/host.ts';
import type { Jobs } from '../jobs/jobs.ts';
import type { EngineConfig } from '../jobs/messages.ts';
import type { Manifests } from './manifests.ts';

/** Where a command hands on what came of preparing a pod. */
export interface Prepared {
  /** Keeps what a text says in vain. */
  remember(uri: string, text: string, unmapped: readonly Unmapped[]): void;
  /** Has the client show a document that stands for a pod; whether it did. */
  open(uri: string): Promise<boolean>;
}

/** What a command works with. */
export interface CommandContext {
  readonly jobs: Pick<
    Jobs,
    'fetch' | 'check' | 'remove' | 'gc' | 'inspectKeys' | 'trust' | 'signIn' | 'prepare'
  >;
  readonly config: EngineConfig;
  readonly platform: Platform;
  /** What short names stand for, in what is shown too; undefined: docker's way. */
  readonly shortNames: ShortNames | undefined;
  /** See ClientPowers. */
  readonly offersTrust: boolean;
  readonly offersSignIn: boolean;
  readonly manifests: Manifests;
  /** What becomes of prepared pods in the editor. */
  readonly prepared: Prepared;
  readonly reporter: Pick<WorkDoneProgressReporter, 'begin' | 'report' | 'done'>;
  /** Aborts when the user cancels. */
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Shows the user one sentence. */
  readonly show: (kind: 'error' | 'info', sentence: string) => void;
  /** Asks the user, who takes one of the choices, or none. */
  readonly ask: (question: string, choices: readonly string[]) => Promise<string | undefined>;
}
