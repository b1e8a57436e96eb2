import { window, workspace } from 'vscode';
import type { DocumentSelector, ExtensionContext } from 'vscode';
import { LanguageClient, State, TransportKind } from 'vscode-languageclient/node';
import { LINK_COMMANDS, NetworkNotification, StatusNotification } from '../../server/src/protocol.ts';
import type { InitializationOptions, Status } from '../../server/src/protocol.ts';
import { registerCommands } from './commands.ts';
import { extraCertificates, networkSettings } from './network.ts';
import { ProgressNotifications } from './progress.ts';
import { StatusItem } from './status.ts';
import { KeyTrust } from './trust.ts';

/** The documents that can hold manifests. */
const DOCUMENTS = ['yaml', 'json', 'jsonc', 'helm'].flatMap((language) => [
  { scheme: 'file', language },
  { scheme: 'untitled', language },
]) satisfies DocumentSelector;

/** Starts the language server, and shows in this window what it says. */
export async function activate(context: ExtensionContext): Promise<void> {
  const log = window.createOutputChannel('Larder', { log: true });
  const status = new StatusItem(DOCUMENTS);
  const progress = new ProgressNotifications(
    (token) => void client.sendNotification('window/workDoneProgress/cancel', { token }),
  );
  const trust = new KeyTrust((command, argument): Promise<unknown> =>
    client.sendRequest('workspace/executeCommand', { command, arguments: [argument] }),
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
        client: { commandLinks: true, openSettings: true, offersTrust: true },
      }),
      // Hovers show text that comes from manifests and registries: no other command runs from them.
      markdown: { isTrusted: { enabledCommands: LINK_COMMANDS }, supportThemeIcons: true },
      middleware: { handleWorkDoneProgress: progress.handle, executeCommand: trust.executeCommand },
    },
  );
  const sendNetwork = (): void => {
    if (client.isRunning()) {
      void client.sendNotification(NetworkNotification, networkSettings(extraCertificates()));
    }
  };
  client.onNotification(StatusNotification, (now: Status) => status.show(now));
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Starting) status.starting();
    // Not on the way to the first answers.
    if (newState === State.Running) setImmediate(sendNetwork);
    if (newState === State.Stopped || newState === State.StartFailed) {
      status.stopped();
      progress.clear();
    }
  });
  context.subscriptions.push(
    // The server ends before what shows it is gone.
    { dispose: () => client.dispose() },
    log,
    status,
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('http')) sendNetwork();
    }),
    ...registerCommands(client, trust, log, context.extension.id),
  );
  await client.start();
}
