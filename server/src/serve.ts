import { IPCMessageReader, IPCMessageWriter, createConnection } from 'vscode-languageserver/node';
import type { Connection } from 'vscode-languageserver/node';
import type { Environment } from './environment.ts';
import { startServer } from './server.ts';

/** Starts the language server over standard input and output. The process ends when the client says so or goes away. */
export function serveStdio(): void {
  serve(createConnection(process.stdin, process.stdout));
}

/** Starts the language server over the channel of a process that was forked, as editors built on Node do. */
export function serveIpc(): void {
  // Without its parent it would wait for nobody.
  process.once('disconnect', () => process.exit());
  serve(createConnection(new IPCMessageReader(process), new IPCMessageWriter(process)));
}

function serve(connection: Connection): void {
  // Every handler has its own net; this is the floor below it. A server that lives answers the next question.
  process.on('unhandledRejection', (reason) => connection.console.error(`Nobody handled ${String(reason)}`));
  startServer(connection, environment());
}

function environment(): Environment {
  const here = import.meta.url;
  const fromSource = here.endsWith('.ts');
  // This file is server/src/serve.ts, dist/NAME.js or dist/chunks/NAME.js.
  const root = new URL(fromSource || /\/chunks\/[^/]+$/.test(here) ? '../../' : '../', here);
  return {
    now: () => Date.now(),
    env: process.env,
    platform: process.platform,
    arch: process.arch,
    docsBase: new URL('docs', root).href,
    engineScript: new URL(fromSource ? 'server/src/jobs/engine-worker.ts' : 'dist/engine-worker.js', root),
  };
}
