/** The bundled server over stdio, asked about one document at a time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  createProtocolConnection,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DocumentDiagnosticRequest,
  ExitNotification,
  InitializedNotification,
  InitializeRequest,
  InlayHintRequest,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type Diagnostic,
  type ProtocolConnection,
} from 'vscode-languageserver/node';

const SERVER = join(import.meta.dirname, '../../dist/server.js');

/** What the server says of a document. */
export interface Answer {
  readonly diagnostics: readonly Diagnostic[];
  /** 1-based lines of the valid images. */
  readonly imageLines: readonly number[];
  /** From opening to the last answer. */
  readonly milliseconds: number;
}

export interface CorpusServer {
  /** @throws when the server answers with an error or has ended */
  ask(path: string, text: string): Promise<Answer>;
  /** Whether the server still runs. */
  alive(): boolean;
  close(): Promise<void>;
}

/** Starts the server with an empty store: every valid image has the inline status "not in store". */
export async function startServer(): Promise<CorpusServer> {
  const home = await mkdtemp(join(tmpdir(), 'larder-corpus-'));
  const child = spawn(process.execPath, [SERVER, '--stdio'], {
    env: { ...process.env, HOME: home, XDG_DATA_HOME: home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  connection.listen();
  await connection.sendRequest(InitializeRequest.method, {
    processId: process.pid,
    capabilities: { textDocument: { diagnostic: {}, inlayHint: {} } },
  });
  await connection.sendNotification(InitializedNotification.type, {});
  return {
    ask: (path, text) => ask(connection, path, text),
    alive: () => child.exitCode === null && child.signalCode === null,
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        await connection.sendRequest(ShutdownRequest.type);
        await connection.sendNotification(ExitNotification.type);
        await once(child, 'exit');
      }
      connection.dispose();
      await rm(home, { recursive: true });
    },
  };
}

async function ask(connection: ProtocolConnection, path: string, text: string): Promise<Answer> {
  const textDocument = { uri: pathToFileURL(path).href };
  const languageId = path.endsWith('.json') ? 'json' : path.endsWith('.tpl') ? 'helm' : 'yaml';
  const start = performance.now();
  await connection.sendNotification(DidOpenTextDocumentNotification.type, {
    textDocument: { ...textDocument, languageId, version: 1, text },
  });
  const range = { start: { line: 0, character: 0 }, end: { line: text.split('\n').length, character: 0 } };
  const [report, hints] = await Promise.all([
    connection.sendRequest(DocumentDiagnosticRequest.type, { textDocument }),
    connection.sendRequest(InlayHintRequest.type, { textDocument, range }),
  ]);
  const milliseconds = performance.now() - start;
  await connection.sendNotification(DidCloseTextDocumentNotification.type, { textDocument });
  return {
    diagnostics: report.kind === 'full' ? report.items : [],
    imageLines: (hints ?? []).map(({ position }) => position.line + 1),
    milliseconds,
  };
}
