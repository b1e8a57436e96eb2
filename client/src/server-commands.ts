import { window } from 'vscode';
import type { ExecuteCommandSignature } from 'vscode-languageclient/node';
import { codeOf } from './error-code.ts';

interface CommandClient {
  sendRequest(method: string, params: unknown): Promise<unknown>;
}

/** The codes of vscode-jsonrpc for what nobody answers any more: PendingResponseRejected, ConnectionInactive. */
const GONE: readonly unknown[] = [-32097, -32096];

/**
 * Has the server run a command, as the innermost of `middleware.executeCommand`. Why it failed is a sentence that is shown as it is, where
 * vscode-languageclient would put the name of the request and a number around it.
 * @returns what the command answers; undefined when it failed
 */
export function serverCommands(client: CommandClient): ExecuteCommandSignature {
  return async (command, args: unknown[]) => {
    try {
      return await client.sendRequest('workspace/executeCommand', { command, arguments: args });
    } catch (error) {
      if (!isKnown(error))
        void window.showErrorMessage(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  };
}

/** Who has cancelled knows it, and that the server is gone is told by the status. */
function isKnown(error: unknown): boolean {
  return (
    codeOf(error) === 'E_CANCELLED' || GONE.includes((error as { readonly code?: unknown } | null)?.code)
  );
}
