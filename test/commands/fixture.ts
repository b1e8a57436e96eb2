import type { CommandContext } from '../../server/src/commands/command-context.ts';
import { UNCONFIGURED } from '../../server/src/engine/sources/sources.ts';

/** What a command showed and reported. */
export interface Seen {
  readonly shown: [kind: 'error' | 'info', sentence: string][];
  readonly logged: string[];
  /** `begin TITLE`, `PERCENTAGE MESSAGE`, `done`. */
  readonly progress: string[];
}

/** Surroundings of a command whose engine is given. */
export function commandContext(
  jobs: Partial<CommandContext['jobs']>,
  signal: AbortSignal = new AbortController().signal,
): { context: CommandContext; seen: Seen } {
  const seen: Seen = { shown: [], logged: [], progress: [] };
  const log = (message: string): void => void seen.logged.push(message);
  const unexpected = (): Promise<never> => Promise.reject(new Error('the engine was not to be asked'));
  const unused = (): never => {
    throw new Error('no manifest was to be read');
  };
  const context: CommandContext = {
    jobs: {
      ...{ fetch: unexpected, check: unexpected, remove: unexpected },
      ...{ inspectKeys: unexpected, trust: unexpected, signIn: unexpected, prepare: unexpected },
      ...{ gc: unexpected },
      ...jobs,
    },
    config: {
      storeRoot: '/store',
      maxDownloads: 3,
      network: null,
      insecureHttp: false,
      insecureImage: false,
      certificates: [],
      ...UNCONFIGURED,
    },
    platform: { os: 'linux', architecture: 'amd64' },
    shortNames: undefined,
    offersTrust: false,
    offersSignIn: false,
    prepared: { remember: () => undefined, open: () => Promise.resolve(false) },
    manifests: {
      context: unused,
      open: unused,
      workspace: unused,
      everything: unused,
      folders: unused,
      apply: unused,
    },
    reporter: {
      begin: (title) => void seen.progress.push(`begin ${title}`),
      report: (...parts: unknown[]) => void seen.progress.push(parts.join(' ')),
      done: () => void seen.progress.push('done'),
    },
    signal,
    log: { debug: log, info: log, warn: log, error: log },
    show: (kind, sentence) => void seen.shown.push([kind, sentence]),
    ask: (question) => Promise.reject(new Error(`nobody was to be asked: ${question}`)),
  };
  return { context, seen };
}
