import { commands, window } from 'vscode';
import type { Disposable, LogOutputChannel } from 'vscode';
import { ExecuteCommandRequest } from 'vscode-languageclient/node';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { FetchArguments, FetchItem, ImagesParams, RefreshArguments } from '../../server/src/protocol.ts';
import { Command, ImagesRequest } from '../../server/src/protocol.ts';

/** The commands of the palette: everything that a lens, a hover or a code action offers, without a mouse. */
export const ClientCommand = {
  fetchImage: 'larder.fetchImage',
  forceFetchImage: 'larder.forceFetchImage',
  fetchImageWithoutCache: 'larder.fetchImageWithoutCache',
  fetchMissing: 'larder.fetchMissing',
  fetchByPolicy: 'larder.fetchByPolicy',
  checkTags: 'larder.checkTags',
  showLog: 'larder.showLog',
  restartServer: 'larder.restartServer',
  openSettings: 'larder.openSettings',
  openDocumentation: 'larder.openDocumentation',
} as const;

type CommandId = (typeof ClientCommand)[keyof typeof ClientCommand];

/**
 * @param extensionId for the page of the extension
 */
export function registerCommands(
  client: LanguageClient,
  log: LogOutputChannel,
  extensionId: string,
): Disposable[] {
  const fetchHere = async (mode: FetchItem['mode'], noCache: boolean): Promise<void> => {
    const images = await imagesAtCursor(client);
    const [first] = images;
    if (first === undefined) {
      void window.showInformationMessage('There is no image at the cursor that Larder could fetch.');
      return;
    }
    await fetch(client, { images: images.map((item) => ({ ...item, mode })), noCache });
  };
  const fetchFile = async (which: ImagesParams['which'], nothing: string): Promise<void> => {
    const images = await imagesOfFile(client, which);
    if (images.length === 0) void window.showInformationMessage(nothing);
    else await fetch(client, { images });
  };

  const actions: Record<CommandId, () => unknown> = {
    [ClientCommand.fetchImage]: () => fetchHere('default', false),
    [ClientCommand.forceFetchImage]: () => fetchHere('remote', false),
    [ClientCommand.fetchImageWithoutCache]: () => fetchHere('remote', true),
    [ClientCommand.fetchMissing]: () =>
      fetchFile('missing', 'No image of this file is missing from the store.'),
    [ClientCommand.fetchByPolicy]: () =>
      fetchFile('policy', 'No image of this file is to be fetched by its pull policy.'),
    [ClientCommand.checkTags]: async () => {
      const images = await imagesOfFile(client, 'all');
      if (images.length === 0) void window.showInformationMessage('There is no image in this file to check.');
      else await execute(client, Command.refresh, { images } satisfies RefreshArguments);
    },
    [ClientCommand.showLog]: () => log.show(),
    [ClientCommand.restartServer]: () => client.restart(),
    [ClientCommand.openSettings]: () =>
      commands.executeCommand('workbench.action.openSettings', `@ext:${extensionId}`),
    [ClientCommand.openDocumentation]: () => commands.executeCommand('extension.open', extensionId),
  };
  return Object.entries(actions).map(([id, action]) => commands.registerCommand(id, action));
}

async function imagesAtCursor(client: LanguageClient): Promise<FetchItem[]> {
  const editor = window.activeTextEditor;
  if (editor === undefined) return [];
  return client.sendRequest<FetchItem[]>(ImagesRequest, {
    uri: client.code2ProtocolConverter.asUri(editor.document.uri),
    position: client.code2ProtocolConverter.asPosition(editor.selection.active),
    which: 'all',
  } satisfies ImagesParams);
}

async function imagesOfFile(client: LanguageClient, which: ImagesParams['which']): Promise<FetchItem[]> {
  const editor = window.activeTextEditor;
  if (editor === undefined) return [];
  const uri = client.code2ProtocolConverter.asUri(editor.document.uri);
  return client.sendRequest<FetchItem[]>(ImagesRequest, { uri, which } satisfies ImagesParams);
}

async function fetch(client: LanguageClient, args: FetchArguments): Promise<void> {
  await execute(client, Command.fetch, args);
}

async function execute(client: LanguageClient, command: string, args: unknown): Promise<void> {
  await client.sendRequest(ExecuteCommandRequest.type, { command, arguments: [args] });
}
