/** A client of the language server like VS Code, over stdio. */
import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageserver/node';
import type {
  CancellationToken,
  ClientCapabilities,
  CodeAction,
  CodeLens,
  CompletionItem,
  Diagnostic,
  DocumentDiagnosticReport,
  Hover,
  InitializeResult,
  InlayHint,
  Position,
  ProtocolConnection,
  Range,
  TextDocumentContentChangeEvent,
} from 'vscode-languageserver/node';
import { ImagesRequest } from '../../server/src/protocol.ts';
import type { FetchItem, ImagesParams, InitializationOptions } from '../../server/src/protocol.ts';
import { answerServer, Received } from './lsp-received.ts';
import { VSCODE } from './vscode-capabilities.ts';

const SOURCE = join(import.meta.dirname, '../../server/src/main.ts');
const WHOLE: Range = { start: { line: 0, character: 0 }, end: { line: 1_000_000, character: 0 } };

export interface LspClientOptions {
  /** The server's script; its source when absent. */
  readonly script?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The section `larder` of the settings. */
  readonly settings?: object;
  /** When the client begins to answer questions about settings; at once when absent. */
  readonly settingsKnown?: Promise<unknown>;
  /** Those of VS Code when absent. */
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: InitializationOptions;
  /** Whether the handshake goes to its end; yes when absent. */
  readonly sayInitialized?: boolean;
}

/** Starts a server, and does the handshake. */
export async function startLspClient(options: LspClientOptions = {}): Promise<LspClient> {
  const {
    script = SOURCE,
    env,
    settings = {},
    settingsKnown = Promise.resolve(),
    capabilities = VSCODE,
  } = options;
  const server = spawn(process.execPath, [script, '--stdio'], { env: { ...process.env, ...env } });
  server.stderr.pipe(process.stderr);
  const connection = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const received = new Received(settings, settingsKnown);
  answerServer(connection, received);
  connection.listen();
  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    processId: process.pid,
    clientInfo: { name: 'Larder tests' },
    rootUri: null,
    capabilities,
    initializationOptions: options.initializationOptions,
  });
  if (options.sayInitialized !== false) await connection.sendNotification('initialized', {});
  return new LspClient(server, connection, received, initialized);
}

export class LspClient {
  readonly server: ChildProcessWithoutNullStreams;
  readonly connection: ProtocolConnection;
  /** What the server has said by itself. */
  readonly received: Received;
  readonly initialized: InitializeResult;
  readonly #exited: Promise<unknown[]>;
  readonly #versions = new Map<string, number>();

  constructor(
    server: ChildProcessWithoutNullStreams,
    connection: ProtocolConnection,
    received: Received,
    initialized: InitializeResult,
  ) {
    this.server = server;
    this.connection = connection;
    this.received = received;
    this.initialized = initialized;
    this.#exited = once(server, 'exit');
  }

  async changeSettings(settings: object): Promise<void> {
    this.received.settings = settings;
    await this.connection.sendNotification('workspace/didChangeConfiguration', {
      settings: { larder: settings },
    });
  }

  async open(uri: string, text: string, languageId = 'yaml'): Promise<void> {
    this.#versions.set(uri, 1);
    await this.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Edits an open document; with a whole new text, or with changes of ranges. */
  async change(uri: string, ...contentChanges: TextDocumentContentChangeEvent[]): Promise<void> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri, version },
      contentChanges,
    });
  }

  async closeDocument(uri: string): Promise<void> {
    await this.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
  }

  async diagnostics(uri: string): Promise<Diagnostic[]> {
    const report = await this.connection.sendRequest<DocumentDiagnosticReport>('textDocument/diagnostic', {
      textDocument: { uri },
    });
    return report.kind === 'full' ? report.items : [];
  }

  /** The text of the hover at a position; empty when there is none. */
  async hover(uri: string, position: Position): Promise<string> {
    const hover = await this.connection.sendRequest<Hover | null>('textDocument/hover', {
      textDocument: { uri },
      position,
    });
    return hover !== null && typeof hover.contents === 'object' && 'value' in hover.contents
      ? hover.contents.value
      : '';
  }

  /** The completions at a position; null when there is nothing to complete. */
  completions(uri: string, position: Position): Promise<CompletionItem[] | null> {
    return this.connection.sendRequest('textDocument/completion', { textDocument: { uri }, position });
  }

  async inlayHints(uri: string, range = WHOLE): Promise<InlayHint[]> {
    const params = { textDocument: { uri }, range };
    return (await this.connection.sendRequest<InlayHint[] | null>('textDocument/inlayHint', params)) ?? [];
  }

  async codeLenses(uri: string): Promise<CodeLens[]> {
    const params = { textDocument: { uri } };
    return (await this.connection.sendRequest<CodeLens[] | null>('textDocument/codeLens', params)) ?? [];
  }

  async codeActions(uri: string, range: Range, diagnostics: Diagnostic[] = []): Promise<CodeAction[]> {
    const params = { textDocument: { uri }, range, context: { diagnostics } };
    return (await this.connection.sendRequest<CodeAction[] | null>('textDocument/codeAction', params)) ?? [];
  }

  images(params: ImagesParams): Promise<FetchItem[]> {
    return this.connection.sendRequest<FetchItem[]>(ImagesRequest, params);
  }

  /** Runs a command of the server. */
  execute<R = unknown>(command: string, argument: unknown, token?: CancellationToken): Promise<R> {
    const params = { command, arguments: [argument] };
    return token === undefined
      ? this.connection.sendRequest<R>('workspace/executeCommand', params)
      : this.connection.sendRequest<R>('workspace/executeCommand', params, token);
  }

  /** Ends the server as the protocol says; its exit code. */
  async close(): Promise<number | null> {
    if (this.server.exitCode === null) {
      await this.connection.sendRequest('shutdown');
      await this.connection.sendNotification('exit');
    }
    const [code] = await this.#exited;
    this.connection.dispose();
    return code as number | null;
  }
}
