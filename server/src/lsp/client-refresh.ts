import { CodeLensRefreshRequest } from 'vscode-languageserver';
import type { Connection } from 'vscode-languageserver';
import type { Log } from '../engine/host.ts';
import type { Client } from './client.ts';
import { describe } from './run-safe.ts';

/** Has the client ask again for what it has asked before, as far as it knows how to. */
export class ClientRefresh {
  readonly #connection: Connection;
  readonly #client: Client;
  readonly #log: Log;

  constructor(connection: Connection, client: Client, log: Log) {
    this.#connection = connection;
    this.#client = client;
    this.#log = log;
  }

  diagnostics(): void {
    if (this.#client.refreshesDiagnostics) this.#ask(this.#connection.languages.diagnostics.refresh());
  }

  inlayHints(): void {
    if (this.#client.refreshesInlayHints) this.#ask(this.#connection.languages.inlayHint.refresh());
  }

  codeLenses(): void {
    if (this.#client.refreshesCodeLenses) {
      this.#ask(this.#connection.sendRequest(CodeLensRefreshRequest.type));
    }
  }

  #ask(request: Promise<void>): void {
    request.catch((error: unknown) => this.#log.debug(`The client did not refresh: ${describe(error)}`));
  }
}
