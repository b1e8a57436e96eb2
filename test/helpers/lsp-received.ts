/** What a language server says by itself: kept, so that tests can wait for it and look at it. */
import {
  ApplyWorkspaceEditRequest,
  CodeLensRefreshRequest,
  ConfigurationRequest,
  DiagnosticRefreshRequest,
  InlayHintRefreshRequest,
  LogMessageNotification,
  PublishDiagnosticsNotification,
  RegistrationRequest,
  ShowDocumentRequest,
  ShowMessageNotification,
  ShowMessageRequest,
  WorkDoneProgress,
  WorkDoneProgressCreateRequest,
  WorkspaceFoldersRequest,
} from 'vscode-languageserver/node';
import type {
  ApplyWorkspaceEditParams,
  Diagnostic,
  ProgressToken,
  ProtocolConnection,
  WorkDoneProgressBegin,
  WorkDoneProgressEnd,
  WorkDoneProgressReport,
} from 'vscode-languageserver/node';
import { StatusNotification } from '../../server/src/protocol.ts';
import type { Status } from '../../server/src/protocol.ts';

type ProgressValue = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** One progress, from its beginning. */
export interface SeenProgress {
  readonly token: ProgressToken;
  readonly values: ProgressValue[];
}

/** Longer than anything here takes on a slow machine; a test that waits this long has failed. */
const PATIENCE = 30_000;

export class Received {
  readonly refreshes = { diagnostics: 0, inlayHints: 0, codeLenses: 0 };
  readonly statuses: Status[] = [];
  /** Messages shown to the user. */
  readonly shown: string[] = [];
  /** Documents that the server had the client show. */
  readonly opened: string[] = [];
  readonly logged: string[] = [];
  /** The diagnostics pushed last, by document. */
  readonly pushed = new Map<string, readonly Diagnostic[]>();
  readonly progress: SeenProgress[] = [];
  /** Edits that the server wants made. */
  readonly edits: ApplyWorkspaceEditParams[] = [];
  /** Whether the user lets them be made. */
  acceptsEdits = true;
  /** What the user takes of the choices that the server offers. */
  choice: string | undefined;
  /** URIs of the workspace's folders. */
  folders: readonly string[] = [];
  /** The section `larder` of the settings, as the server is told when it asks. */
  settings: object;
  /** The server is not answered before: what a busy client does. */
  readonly #settingsKnown: Promise<unknown>;
  readonly #listeners = new Set<() => void>();

  constructor(settings: object, settingsKnown: Promise<unknown>) {
    this.settings = settings;
    this.#settingsKnown = settingsKnown;
  }

  async answerConfiguration(count: number): Promise<object[]> {
    await this.#settingsKnown;
    return Array.from({ length: count }, () => this.settings);
  }

  /** Something was received. */
  note(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Waits until something holds; it is looked at now, and again after each message of the server. */
  async until<T>(what: string, look: () => T | undefined | false): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const check = (): void => {
      const found = look();
      if (found !== undefined && found !== false) resolve(found);
    };
    const timer = setTimeout(() => reject(new Error(`waited in vain: ${what}`)), PATIENCE);
    this.#listeners.add(check);
    try {
      check();
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#listeners.delete(check);
    }
  }
}

/** Answers what a server asks of its client, and notes what it tells. */
export function answerServer(connection: ProtocolConnection, received: Received): void {
  const noting = <P extends unknown[]>(note: (...params: P) => void) => {
    return (...params: P): void => {
      note(...params);
      received.note();
    };
  };
  const { refreshes } = received;
  connection.onRequest(ConfigurationRequest.type, ({ items }) => received.answerConfiguration(items.length));
  connection.onRequest(RegistrationRequest.type, () => undefined);
  connection.onRequest(ShowDocumentRequest.type, ({ uri }) => {
    received.opened.push(uri);
    return { success: true };
  });
  connection.onRequest(ShowMessageRequest.type, ({ message, actions = [] }) => {
    received.shown.push(message);
    return actions.find(({ title }) => title === received.choice) ?? null;
  });
  connection.onRequest(WorkspaceFoldersRequest.type, () =>
    received.folders.map((uri) => ({ uri, name: uri })),
  );
  connection.onRequest(ApplyWorkspaceEditRequest.type, (params) => {
    received.edits.push(params);
    return { applied: received.acceptsEdits };
  });
  connection.onRequest(
    DiagnosticRefreshRequest.type,
    noting(() => refreshes.diagnostics++),
  );
  connection.onRequest(
    InlayHintRefreshRequest.type,
    noting(() => refreshes.inlayHints++),
  );
  connection.onRequest(
    CodeLensRefreshRequest.type,
    noting(() => refreshes.codeLenses++),
  );
  connection.onRequest(WorkDoneProgressCreateRequest.type, ({ token }) => {
    const progress: SeenProgress = { token, values: [] };
    received.progress.push(progress);
    connection.onProgress(
      WorkDoneProgress.type,
      token,
      noting((value) => progress.values.push(value)),
    );
  });
  connection.onNotification(
    StatusNotification,
    noting((status: Status) => received.statuses.push(status)),
  );
  connection.onNotification(
    ShowMessageNotification.type,
    noting(({ message }) => received.shown.push(message)),
  );
  connection.onNotification(
    LogMessageNotification.type,
    noting(({ message }) => received.logged.push(message)),
  );
  connection.onNotification(
    PublishDiagnosticsNotification.type,
    noting(({ uri, diagnostics }) => received.pushed.set(uri, diagnostics)),
  );
}
