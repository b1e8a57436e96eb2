import { window, workspace } from 'vscode';
import type { DocumentSelector, ExtensionContext } from 'vscode';
import { LanguageClient, State, TransportKind } from 'vscode-languageclient/node';
import {
  Command,
  CredentialsNotification,
  ImagesViewNotification,
  LINK_COMMANDS,
  NetworkNotification,
  StatusNotification,
} from '../../server/src/protocol.ts';
import type {
  CredentialsParams,
  InitializationOptions,
  NetworkSnapshot,
  SignInResult,
  Status,
} from '../../server/src/protocol.ts';
import { registerCommands } from './commands.ts';
import { extraCertificates, networkSecrets, networkSettings } from './network.ts';
import { registerImagesCommands } from './images-commands.ts';
import { ImagesTree } from './images-view.ts';
import { KeptCredentials } from './kept-credentials.ts';
import { ProgressNotifications } from './progress.ts';
import { redactedLog } from './redacted-log.ts';
import { serverCommands } from './server-commands.ts';
import { RegistrySignIn } from './sign-in.ts';
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
  // What has been kept since this window opened, too: an entry of the trace may come after its secret was forgotten.
  const secrets = new Set<string>();
  const network = (certificates: readonly string[]): NetworkSnapshot => {
    const settings = networkSettings(certificates);
    for (const secret of networkSecrets(settings)) secrets.add(secret);
    return settings;
  };
  const kept = new KeptCredentials(context.secrets, (registries) => sendCredentials(registries));
  const registries = new RegistrySignIn((credentials): Promise<SignInResult> => {
    secrets.add(credentials.password);
    const request = { command: Command.signIn, arguments: [credentials] };
    return client.sendRequest('workspace/executeCommand', request);
  }, kept);
  const client = new LanguageClient(
    'larder',
    'Larder',
    { module: context.asAbsolutePath('dist/server.js'), transport: TransportKind.ipc },
    {
      documentSelector: DOCUMENTS,
      outputChannel: log,
      traceOutputChannel: redactedLog(log, () => secrets),
      initializationOptions: (): InitializationOptions => ({
        network: network([]),
        client: { commandLinks: true, openSettings: true, offersTrust: true, offersSignIn: true },
      }),
      // Hovers show text that comes from manifests and registries: no other command runs from them.
      markdown: { isTrusted: { enabledCommands: LINK_COMMANDS }, supportThemeIcons: true },
      middleware: {
        handleWorkDoneProgress: progress.handle,
        executeCommand: (command, args) =>
          trust.executeCommand(
            command,
            args,
            (name: string, values: unknown[]) =>
              registries.executeCommand(name, values, serverCommands(client)) as unknown,
          ) as unknown,
      },
    },
  );
  const sendNetwork = (): void => {
    if (client.isRunning()) {
      void client.sendNotification(NetworkNotification, network(extraCertificates()));
    }
  };
  const sendCredentials = (now: CredentialsParams['registries']): void => {
    for (const { password } of Object.values(now)) secrets.add(password);
    const params: CredentialsParams = { registries: now };
    if (client.isRunning()) void client.sendNotification(CredentialsNotification, params);
  };
  const images = new ImagesTree(client);
  client.onNotification(ImagesViewNotification, () => images.changed());
  client.onNotification(StatusNotification, (now: Status) => status.show(now));
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Starting) status.starting();
    if (newState === State.Running) {
      void kept.all().then(sendCredentials);
      // Not on the way to the first answers.
      setImmediate(sendNetwork);
      images.serverStarted();
    }
    if (newState === State.Stopped || newState === State.StartFailed) {
      status.stopped();
      progress.clear();
      images.changed();
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
    kept,
    images,
    ...registerImagesCommands(images),
    ...registerCommands(client, trust, registries, log, context.extension.id),
  );
  await client.start();
}
