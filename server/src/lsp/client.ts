import type { ClientCapabilities, InitializeParams } from 'vscode-languageserver';
import type { EditorPowers } from '../features/snapshot.ts';
import type { ClientPowers, InitializationOptions, NetworkSnapshot } from '../protocol.ts';
import { parseNetwork } from './network.ts';

/** What the client can do, as far as the server asks. */
export interface Client {
  readonly pullsDiagnostics: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesInlayHints: boolean;
  readonly refreshesCodeLenses: boolean;
  readonly answersConfiguration: boolean;
  readonly registersConfigurationChanges: boolean;
  /** It tells of changed files, when it is asked to. */
  readonly watchesFiles: boolean;
  /** It tells its folders when it is asked. */
  readonly answersFolders: boolean;
  /** URIs of the folders that it began with. */
  readonly folders: readonly string[];
  /** It shows documents whose text the server answers (`workspace/textDocumentContent`). */
  readonly showsContent: boolean;
  readonly powers: EditorPowers;
  readonly network: NetworkSnapshot | null;
}

/** Reads what a client says of itself at `initialize`; its own options are not trusted to have the right form. */
export function clientOf(params: InitializeParams): Client {
  const { workspace, textDocument, window }: ClientCapabilities = params.capabilities;
  const options = (params.initializationOptions ?? {}) as Partial<
    Record<keyof InitializationOptions, unknown>
  >;
  const powers = (options.client ?? {}) as Partial<Record<keyof ClientPowers, unknown>>;
  return {
    pullsDiagnostics: textDocument?.diagnostic !== undefined,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport === true,
    refreshesInlayHints: workspace?.inlayHint?.refreshSupport === true,
    refreshesCodeLenses: workspace?.codeLens?.refreshSupport === true,
    answersConfiguration: workspace?.configuration === true,
    registersConfigurationChanges: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    answersFolders: workspace?.workspaceFolders === true,
    folders: (params.workspaceFolders ?? []).map(({ uri }) => uri),
    showsContent: workspace?.textDocumentContent !== undefined && window?.showDocument?.support === true,
    powers: {
      commandLinks: powers.commandLinks === true,
      openSettings: powers.openSettings === true,
      offersTrust: powers.offersTrust === true,
      snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
      offersSignIn: powers.offersSignIn === true,
      appliesEdits: workspace?.applyEdit === true,
      documentChanges: workspace?.workspaceEdit?.documentChanges === true,
      changeAnnotations: workspace?.workspaceEdit?.changeAnnotationSupport !== undefined,
    },
    network: parseNetwork(options.network),
  };
}
