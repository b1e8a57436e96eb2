import type { Connection, Diagnostic } from 'vscode-languageserver';
import type { Log } from '../engine/host.ts';
import type { ClientRefresh } from './client-refresh.ts';
import { attempt } from './run-safe.ts';

/** How diagnostics reach the client: it pulls them, or they are pushed to it. */
export interface DiagnosticsFeed {
  /** A document was opened or edited. */
  changed(uri: string): void;
  closed(uri: string): void;
  /** What they depend on beside the documents has changed: the store, the time, the settings. */
  refresh(): void;
}

/** For clients that pull: they know when documents change. */
export function pulledDiagnostics(client: Pick<ClientRefresh, 'diagnostics'>): DiagnosticsFeed {
  return { changed: () => undefined, closed: () => undefined, refresh: () => client.diagnostics() };
}

/** How long typing must rest before diagnostics are pushed, in milliseconds. */
const PUSH_DELAY = 150;

export interface PushSource {
  /** The diagnostics of an open document. */
  compute(uri: string): Diagnostic[];
  /** URIs of the open documents. */
  open(): readonly string[];
}

/** For clients that only listen. */
export function pushedDiagnostics(
  connection: Pick<Connection, 'sendDiagnostics'>,
  log: Log,
  source: PushSource,
): DiagnosticsFeed {
  const timers = new Map<string, NodeJS.Timeout>();
  const forget = (uri: string): void => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
  };
  const push = (uri: string): void => {
    forget(uri);
    attempt('pushing diagnostics', log, () => {
      void connection.sendDiagnostics({ uri, diagnostics: source.compute(uri) });
    });
  };
  const changed = (uri: string): void => {
    forget(uri);
    timers.set(
      uri,
      setTimeout(() => push(uri), PUSH_DELAY),
    );
  };
  return {
    changed,
    closed(uri) {
      forget(uri);
      void connection.sendDiagnostics({ uri, diagnostics: [] });
    },
    refresh: () => source.open().forEach(changed),
  };
}
