import { commands, env, window } from 'vscode';
import type { Disposable } from 'vscode';
import { Command } from '../../server/src/protocol.ts';
import type {
  FetchArguments,
  FetchItem,
  ImagesView,
  RefreshArguments,
  RemoveArguments,
  WorkspaceImage,
} from '../../server/src/protocol.ts';
import { ImagesCommand } from './images-command-names.ts';
import { isFetchable } from './images-items.ts';
import type { ImagesNode } from './images-items.ts';
import { NONE_NAMED, pickImage } from './images-pick.ts';
import { preparePod, reveal } from './images-places.ts';
import type { ImagesTree } from './images-view.ts';

type Tree = Pick<ImagesTree, 'ask' | 'refresh'>;
type CommandId = (typeof ImagesCommand)[keyof typeof ImagesCommand];

const REMOVE = 'Remove';
/** Of an image ID, as many characters as tell it from others. */
const SHORT_ID = 'sha512-'.length + 12;

/** What the rows and the title of the tree offer. */
export function registerImagesCommands(tree: Tree): Disposable[] {
  const actions: Record<CommandId, (node?: ImagesNode) => Promise<void> | void> = {
    [ImagesCommand.fetch]: (node) => fetchOne(tree, node, 'default'),
    [ImagesCommand.forceFetch]: (node) => fetchOne(tree, node, 'remote'),
    [ImagesCommand.refresh]: () => tree.refresh(),
    [ImagesCommand.fetchMissing]: () => fetchMissing(tree),
    [ImagesCommand.checkTags]: () => checkTags(tree),
    [ImagesCommand.prepare]: (node) => preparePod(tree, node),
    [ImagesCommand.reveal]: (node) => reveal(tree, node),
    [ImagesCommand.copyId]: (node) => copyId(tree, node),
    [ImagesCommand.remove]: (node) => remove(tree, node),
  };
  return Object.entries(actions).map(([id, action]) => commands.registerCommand(id, action));
}

/** By way of VS Code, so that it is the same as from a lens or a hover. */
async function run(
  command: string,
  argument: FetchArguments | RefreshArguments | RemoveArguments,
): Promise<void> {
  await commands.executeCommand(command, argument);
}

async function fetchOne(tree: Tree, node: ImagesNode | undefined, mode: FetchItem['mode']): Promise<void> {
  const image =
    node?.kind === 'named'
      ? node.image
      : await pickImage((await tree.ask()).workspace.filter(isFetchable), NONE_NAMED);
  if (image !== undefined) await run(Command.fetch, { images: [fetchItem(image, mode)] });
}

async function fetchMissing(tree: Tree): Promise<void> {
  const { workspace: named } = await tree.ask();
  const images = named.filter(({ state }) => state === 'missing').map((image) => fetchItem(image, 'default'));
  if (images.length > 0) await run(Command.fetch, { images });
  else void window.showInformationMessage('No image of this workspace is missing from the store.');
}

async function checkTags(tree: Tree): Promise<void> {
  const { workspace: named } = await tree.ask();
  const images = named.filter(isFetchable).map(({ image, syntax }) => ({ image, syntax }));
  if (images.length > 0) await run(Command.refresh, { images });
  else void window.showInformationMessage('There is no image in this workspace to check.');
}

async function copyId(tree: Tree, node: ImagesNode | undefined): Promise<void> {
  const imageId =
    node?.kind === 'named' || node?.kind === 'stored'
      ? node.image.imageId
      : (await pickImage((await tree.ask()).store, EMPTY))?.imageId;
  if (imageId === undefined || imageId === null) return;
  await env.clipboard.writeText(imageId);
  void window.showInformationMessage(`Copied ${imageId.slice(0, SHORT_ID)}….`);
}

/** Removes an image after a clear yes. */
async function remove(tree: Tree, node: ImagesNode | undefined): Promise<void> {
  const view = await tree.ask();
  const image = await storedImage(view, node);
  if (image === undefined) return;
  const { label, imageId, words } = image;
  const chosen = await window.showWarningMessage(
    `Remove ${label} from the store?`,
    {
      modal: true,
      detail: `${imageId.slice(0, SHORT_ID)}…: ${words}. It can be fetched again while its source has it.`,
    },
    REMOVE,
  );
  if (chosen === REMOVE) await run(Command.remove, { imageId });
}

/** The image of a row as it is in the store now. */
async function storedImage(
  { store }: ImagesView,
  node: ImagesNode | undefined,
): Promise<ImagesView['store'][number] | undefined> {
  if (node?.kind !== 'named' && node?.kind !== 'stored') return pickImage(store, EMPTY);
  const { imageId } = node.image;
  const found = store.find((image) => image.imageId === imageId);
  if (found === undefined) void window.showInformationMessage(`${node.image.label} is not in the store.`);
  return found;
}

const EMPTY = 'The store is empty.';

function fetchItem({ image, syntax }: WorkspaceImage, mode: FetchItem['mode']): FetchItem {
  return { image, syntax, mode };
}
