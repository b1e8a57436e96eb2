/** The language server's process: `--node-ipc`, or `--stdio`, which is the default. */
import { serveIpc, serveStdio } from './serve.ts';

if (process.argv.includes('--node-ipc')) serveIpc();
else serveStdio();
