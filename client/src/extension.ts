import { window } from 'vscode';
import type { DocumentSelector, ExtensionContext } from 'vscode';
import {
  LanguageClient,
  State,
  TransportKind,
  WorkDoneProgressCancelNotification,
} from 'vscode-languageclient/node';
import { LINK_COMMANDS } from '../../server/src/protocol.ts';
import type { InitializationOptions } from '../../server/src/protocol.ts';
import { registerCommands } from './commands.ts';
import { networkSettings, sendNetwork } from './network.ts';
import { ProgressNotifications } from './progress.ts';
import { showStatus } from './status.ts';

/** The documents that can hold manifests. */
const DOCUMENTS = ['yaml', 'json', 'jsonc', 'helm'].flatMap((language) => [
  { scheme: 'file', language },
  { scheme: 'untitled', language },
]) satisfies DocumentSelector;

/** Starts the language server, and shows in this window what it says. */
export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel('Larder', { log: true });
  const progress = new ProgressNotifications(
    (token) => void client.sendNotification(WorkDoneProgressCancelNotification.type, { token }),
  );
  const client = new LanguageClient(
    'larder',
    'Larder',
    { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc },
    {
      documentSelector: DOCUMENTS,
      outputChannel: log,
      initializationOptions: (): InitializationOptions => ({
        network: networkSettings([]),
        client: { commandLinks: true, openSettings: true },
      }),
      // Hovers show text that comes from manifests and registries: no other command runs from them.
      markdown: { isTrusted: { enabledCommands: LINK_COMMANDS }, supportThemeIcons: true },
      middleware: { handleWorkDoneProgress: progress.handle },
    },
  );
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Stopped) progress.clear();
  });
  context.subscriptions.push(
    // The server ends before what shows it is gone.
    { dispose: () => client.dispose() },
    log,
    showStatus(client, DOCUMENTS),
    sendNetwork(client),
    ...registerCommands(client, log, context.extension.id),
  );
  await client.start();
}
