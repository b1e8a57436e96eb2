import { commands, window } from 'vscode';
import type { Disposable, TextEditor } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type {
  FetchArguments,
  FetchItem,
  GcResult,
  ImagesParams,
  PinArguments,
  RefreshArguments,
  PrepareArguments,
} from '../../server/src/protocol.ts';
import { Command, ImagesRequest } from '../../server/src/protocol.ts';
import { freeSpace } from './free-space.ts';
import type { RegistrySignIn } from './sign-in.ts';
import { imageName } from './trust.ts';
import type { KeyTrust } from './trust.ts';

/** The commands of the palette: everything that a lens, a hover or a code action offers, without a mouse. */
export const ClientCommand = {
  fetchImage: 'larder.fetchImage',
  forceFetchImage: 'larder.forceFetchImage',
  fetchImageWithoutCache: 'larder.fetchImageWithoutCache',
  fetchMissing: 'larder.fetchMissing',
  fetchByPolicy: 'larder.fetchByPolicy',
  preparePod: 'larder.preparePod',
  checkTags: 'larder.checkTags',
  pinFile: 'larder.pinFile',
  pinWorkspace: 'larder.pinWorkspace',
  updatePinsOfFile: 'larder.updatePinsOfFile',
  updatePinsOfWorkspace: 'larder.updatePinsOfWorkspace',
  unpinFile: 'larder.unpinFile',
  unpinWorkspace: 'larder.unpinWorkspace',
  freeDiskSpace: 'larder.freeDiskSpace',
  trustKey: 'larder.trustKey',
  signIn: 'larder.signInToRegistry',
  forgetCredentials: 'larder.forgetCredentials',
  showLog: 'larder.showLog',
  restartServer: 'larder.restartServer',
  openSettings: 'larder.openSettings',
  openDocumentation: 'larder.openDocumentation',
} as const;

type CommandId = (typeof ClientCommand)[keyof typeof ClientCommand];

/** What the commands use of the language client. */
export type CommandClient = Pick<LanguageClient, 'code2ProtocolConverter' | 'restart'> & {
  sendRequest<R>(method: string, params: unknown): Promise<R>;
};

/** @param extensionId finds the settings and the page of the extension */
export function registerCommands(
  client: CommandClient,
  trust: Pick<KeyTrust, 'trustKey'>,
  registries: Pick<RegistrySignIn, 'signIn' | 'forget'>,
  log: { show(): void },
  extensionId: string,
): Disposable[] {
  // By way of VS Code, so that it is the same as from a lens or a hover.
  const run = async (
    command: string,
    argument: FetchArguments | RefreshArguments | PinArguments,
  ): Promise<unknown> => commands.executeCommand(command, argument);

  const images = (
    editor: TextEditor,
    which: ImagesParams['which'],
    atCursor = false,
  ): Promise<FetchItem[]> => {
    const convert = client.code2ProtocolConverter;
    const params: ImagesParams = {
      uri: convert.asUri(editor.document.uri),
      which,
      ...(atCursor && { position: convert.asPosition(editor.selection.active) }),
    };
    return client.sendRequest(ImagesRequest, params);
  };

  const fetchAtCursor = (mode: FetchItem['mode'], noCache: boolean): Promise<unknown> =>
    withImages(
      (editor) => images(editor, 'all', true),
      'There is no image at the cursor that Larder could fetch.',
      (found) => run(Command.fetch, { images: found.map((item) => ({ ...item, mode })), noCache }),
    );
  const fetchOfFile = (which: ImagesParams['which'], nothing: string): Promise<unknown> =>
    withImages(
      (editor) => images(editor, which),
      nothing,
      (found) => run(Command.fetch, { images: found }),
    );

  const pinFile = async (what: PinArguments['what']): Promise<unknown> => {
    const editor = window.activeTextEditor;
    if (editor === undefined) return window.showInformationMessage('No file is open that could be edited.');
    const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
    return run(Command.pin, { scope: 'file', uri, what });
  };
  const pinWorkspace = (what: PinArguments['what']): Promise<unknown> =>
    run(Command.pin, { scope: 'workspace', what });

  const actions: Record<CommandId, () => unknown> = {
    [ClientCommand.fetchImage]: () => fetchAtCursor('default', false),
    [ClientCommand.forceFetchImage]: () => fetchAtCursor('remote', false),
    [ClientCommand.fetchImageWithoutCache]: () => fetchAtCursor('remote', true),
    [ClientCommand.fetchMissing]: () =>
      fetchOfFile('missing', 'No image of this file is missing from the store.'),
    [ClientCommand.fetchByPolicy]: () =>
      fetchOfFile('policy', 'No image of this file is to be fetched by its pull policy.'),
    [ClientCommand.preparePod]: async () => {
      const editor = window.activeTextEditor;
      if (editor === undefined) return;
      const convert = client.code2ProtocolConverter;
      const argument: PrepareArguments = {
        uri: convert.asUri(editor.document.uri),
        position: convert.asPosition(editor.selection.active),
      };
      await commands.executeCommand(Command.prepare, argument);
    },
    [ClientCommand.checkTags]: () =>
      withImages(
        (editor) => images(editor, 'all'),
        'There is no image in this file to check.',
        (found) => run(Command.refresh, { images: found }),
      ),
    [ClientCommand.pinFile]: () => pinFile('pin'),
    [ClientCommand.pinWorkspace]: () => pinWorkspace('pin'),
    [ClientCommand.updatePinsOfFile]: () => pinFile('update'),
    [ClientCommand.updatePinsOfWorkspace]: () => pinWorkspace('update'),
    [ClientCommand.unpinFile]: () => pinFile('unpin'),
    [ClientCommand.unpinWorkspace]: () => pinWorkspace('unpin'),
    [ClientCommand.freeDiskSpace]: () =>
      freeSpace(async (argument) => commands.executeCommand<GcResult | undefined>(Command.gc, argument)),
    [ClientCommand.trustKey]: async () => {
      const editor = window.activeTextEditor;
      const [found] = editor === undefined ? [] : await images(editor, 'all', true);
      await trust.trustKey(found === undefined ? '' : imageName(found));
    },
    [ClientCommand.signIn]: () => registries.signIn(),
    [ClientCommand.forgetCredentials]: () => registries.forget(),
    [ClientCommand.showLog]: () => log.show(),
    [ClientCommand.restartServer]: () => client.restart(),
    [ClientCommand.openSettings]: () =>
      commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId}`),
    [ClientCommand.openDocumentation]: () => commands.executeCommand('extension.open', extensionId),
  };
  return Object.entries(actions).map(([id, action]) => commands.registerCommand(id, action));
}

/** Asks for images of the active editor, and says so when there are none. */
async function withImages(
  ask: (editor: TextEditor) => Promise<FetchItem[]>,
  nothing: string,
  run: (images: FetchItem[]) => Promise<unknown>,
): Promise<void> {
  const editor = window.activeTextEditor;
  const found = editor === undefined ? [] : await ask(editor);
  if (found.length > 0) await run(found);
  else void window.showInformationMessage(nothing);
}
