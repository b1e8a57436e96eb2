/** The bundled server, asked about one document at a time. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from 'vscode-languageserver/node';
import { startLspClient, type LspClient } from '../helpers/lsp-client.ts';

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
  const store = await mkdtemp(join(tmpdir(), 'larder-corpus-'));
  const client = await startLspClient({
    script: join(import.meta.dirname, '../../dist/server.js'),
    settings: { inlineStatus: 'always', store: { path: store } },
  });
  return {
    ask: (path, text) => ask(client, path, text),
    alive: () => client.server.exitCode === null && client.server.signalCode === null,
    async close() {
      await client.close();
      await rm(store, { recursive: true });
    },
  };
}

async function ask(client: LspClient, path: string, text: string): Promise<Answer> {
  const uri = pathToFileURL(path).href;
  const start = performance.now();
  await client.open(uri, text, languageOf(path));
  const [diagnostics, hints] = await Promise.all([client.diagnostics(uri), client.inlayHints(uri)]);
  const milliseconds = performance.now() - start;
  await client.closeDocument(uri);
  return { diagnostics, imageLines: hints.map(({ position }) => position.line + 1), milliseconds };
}

function languageOf(path: string): string {
  if (path.endsWith('.json')) return 'json';
  return path.endsWith('.tpl') ? 'helm' : 'yaml';
}
