import { TextDocumentSyncKind } from 'vscode-languageserver';
import type { ServerCapabilities } from 'vscode-languageserver';
import { COMMAND_NAMES } from '../commands/execute.ts';
import { CODE_ACTION_KINDS } from '../features/code-action.ts';
import { POD_SCHEME } from '../protocol.ts';
import type { Client } from './client.ts';

/** What the server can do, for `initialize`. */
export function capabilities({ pullsDiagnostics, showsContent }: Client): ServerCapabilities {
  return {
    textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
    hoverProvider: true,
    completionProvider: { triggerCharacters: ['"'], resolveProvider: false },
    inlayHintProvider: true,
    codeLensProvider: { resolveProvider: false },
    codeActionProvider: { codeActionKinds: [...CODE_ACTION_KINDS] },
    executeCommandProvider: { commands: [...COMMAND_NAMES], workDoneProgress: true },
    ...(showsContent && { workspace: { textDocumentContent: { schemes: [POD_SCHEME] } } }),
    ...(pullsDiagnostics && {
      diagnosticProvider: {
        identifier: 'larder',
        interFileDependencies: false,
        workspaceDiagnostics: false,
      },
    }),
  };
}
