import { DocumentDiagnosticReportKind, ExecuteCommandRequest, TextDocuments } from 'vscode-languageserver';
import type {
  Connection,
  Diagnostic,
  DocumentDiagnosticParams,
  DocumentDiagnosticReport,
  TextDocumentContentResult,
} from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Environment } from './environment.ts';
import { capabilities } from './lsp/capabilities.ts';
import { clientOf } from './lsp/client.ts';
import { connectionLog } from './lsp/log.ts';
import { describe, runSafe } from './lsp/run-safe.ts';
import {
  CredentialsNotification,
  ImagesRequest,
  ImagesViewRequest,
  NetworkNotification,
} from './protocol.ts';
import type { ImagesParams, ImagesView, ImagesViewParams } from './protocol.ts';
import type { Session, SessionParts } from './session.ts';

/** The first answers wait for the settings and the store, but no longer than this. Milliseconds. */
const START_TIME = 1_000;

/** Where the view cannot be answered. */
const NO_IMAGES: ImagesView = {
  workspace: [],
  store: [],
  failure: 'The images could not be looked through; the log says why.',
};

/** The wiring table of the language server: what a client says, and who answers. */
export function startServer(connection: Connection, environment: Environment): void {
  const log = connectionLog(connection);
  const documents = new TextDocuments(TextDocument);
  const session = Promise.withResolvers<Session>();

  const answer = <P, R>(name: string, fallback: R, ask: (session: Session, params: P) => R | Promise<R>) =>
    runSafe<P, R>(name, fallback, log, async (params) => ask(await session.promise, params));
  const tell = (name: string, told: (session: Session) => void | Promise<void>): void => {
    session.promise.then(told).catch((error: unknown) => log.error(`${name} failed: ${describe(error)}`));
  };

  connection.onInitialize((params) => {
    const client = clientOf(params);
    connection.onInitialized(() => {
      session.resolve(openSession({ connection, documents, client, environment, log }));
    });
    return { capabilities: capabilities(client), serverInfo: { name: 'larder' } };
  });
  connection.onShutdown(async () => {
    // Only when there is none yet, and then there will be none.
    session.reject(new Error('the server has shut down'));
    await session.promise.then(
      (opened) => opened.close(),
      () => undefined,
    );
  });

  documents.onDidChangeContent(({ document: { uri } }) => {
    tell('reading a document', (it) => it.documentChanged(uri));
  });
  documents.onDidClose(({ document: { uri } }) => {
    tell('closing a document', (it) => it.documentClosed(uri));
  });
  connection.onDidChangeConfiguration(({ settings }) => {
    tell('changing settings', (it) => it.configurationChanged(settings));
  });
  connection.onDidChangeWatchedFiles(({ changes }) => {
    tell('changes of files', (it) => it.imagesView.filesChanged(changes.map(({ uri }) => uri)));
  });
  connection.onNotification(NetworkNotification, (network: unknown) => {
    tell('changing the network', (it) => it.networkChanged(network));
  });
  connection.onNotification(CredentialsNotification, (credentials: unknown) => {
    tell('changing credentials', (it) => it.credentialsChanged(credentials));
  });

  connection.languages.diagnostics.on(
    answer('diagnostics', fullReport([]), ({ answers }, { textDocument }: DocumentDiagnosticParams) =>
      fullReport(answers.diagnostics(textDocument.uri)),
    ),
  );
  connection.onHover(answer('hover', null, ({ answers }, params) => answers.hover(params)));
  connection.onCompletion(answer('completions', null, ({ answers }, params) => answers.completions(params)));
  connection.languages.inlayHint.on(
    answer('inlay hints', null, ({ answers }, params) => answers.inlayHints(params)),
  );
  connection.onCodeLens(answer('code lenses', null, ({ answers }, params) => answers.codeLenses(params)));
  connection.onCodeAction(answer('code actions', null, ({ answers }, params) => answers.codeActions(params)));
  connection.onRequest(
    ImagesRequest,
    answer('images', [], ({ answers }, params: ImagesParams) => answers.images(params)),
  );
  connection.onRequest(
    ImagesViewRequest,
    answer('the view of images', NO_IMAGES, ({ imagesView }, params: ImagesViewParams) =>
      imagesView.answer(params),
    ),
  );
  connection.workspace.textDocumentContent.on(async ({ uri }): Promise<TextDocumentContentResult> => ({
    text: await (await session.promise).content(uri),
  }));
  // Not onExecuteCommand: that takes the client's progress token out of the parameters.
  connection.onRequest(ExecuteCommandRequest.type, async (params, token) =>
    (await session.promise).execute(params, token),
  );

  documents.listen(connection);
  connection.listen();
}

/** Loads what takes long to load, which is why this comes after the answer to `initialize`. */
async function openSession(parts: SessionParts): Promise<Session> {
  const { Session } = await import('./session.ts');
  const session = new Session(parts);
  await session.start(START_TIME);
  return session;
}

function fullReport(items: Diagnostic[]): DocumentDiagnosticReport {
  return { kind: DocumentDiagnosticReportKind.Full, items };
}
