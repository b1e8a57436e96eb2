import { commands, env, Range, Uri, window, workspace } from 'vscode';
import type { Disposable } from 'vscode';
import { Command } from '../../server/src/protocol.ts';
import type {
  FetchArguments,
  FetchItem,
  ImagePlace,
  ImagesView,
  RefreshArguments,
  RemoveArguments,
  WorkspaceImage,
} from '../../server/src/protocol.ts';
import { ImagesCommand } from './images-command-names.ts';
import { isFetchable } from './images-items.ts';
import type { ImagesNode } from './images-items.ts';
import type { ImagesTree } from './images-view.ts';

type Tree = Pick<ImagesTree, 'ask' | 'refresh'>;
type CommandId = (typeof ImagesCommand)[keyof typeof ImagesCommand];

const REMOVE = 'Remove';
/** Of an image ID, as many characters as tell it from others. */
const SHORT_ID = 'sha512-'.length + 12;

/** What the rows and the title of the tree offer. */
export function registerImagesCommands(tree: Tree): Disposable[] {
  const actions: Record<CommandId, (node?: ImagesNode) => Promise<void> | void> = {
    [ImagesCommand.fetch]: (node) => fetchNode(node, 'default'),
    [ImagesCommand.forceFetch]: (node) => fetchNode(node, 'remote'),
    [ImagesCommand.refresh]: () => tree.refresh(),
    [ImagesCommand.fetchMissing]: () => fetchMissing(tree),
    [ImagesCommand.checkTags]: () => checkTags(tree),
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

async function fetchNode(node: ImagesNode | undefined, mode: FetchItem['mode']): Promise<void> {
  if (node?.kind === 'named') await run(Command.fetch, { images: [fetchItem(node.image, mode)] });
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

/** Shows where an image is named; asks where there are several places. */
async function reveal(tree: Tree, node: ImagesNode | undefined): Promise<void> {
  const places = await placesOf(tree, node);
  if (places === undefined) return;
  const items = places.map((place) => ({
    label: `${workspace.asRelativePath(Uri.parse(place.uri))}:${place.range.start.line + 1}`,
    description: place.owner,
    place,
  }));
  const place =
    items.length === 1
      ? items[0]?.place
      : (await window.showQuickPick(items, { placeHolder: 'Show which place?' }))?.place;
  if (place === undefined) return;
  const { start, end } = place.range;
  const selection = new Range(start.line, start.character, end.line, end.character);
  await window.showTextDocument(Uri.parse(place.uri), { selection });
}

async function placesOf(
  tree: Tree,
  node: ImagesNode | undefined,
): Promise<readonly ImagePlace[] | undefined> {
  if (node?.kind === 'named') return node.image.places;
  const view = await tree.ask();
  if (node?.kind === 'stored') {
    const { imageId } = node.image;
    return view.workspace.filter((image) => image.imageId === imageId).flatMap(({ places }) => places);
  }
  return (await pick(view.workspace, 'No manifest of this workspace names an image.'))?.places;
}

async function copyId(tree: Tree, node: ImagesNode | undefined): Promise<void> {
  const imageId =
    node?.kind === 'named' || node?.kind === 'stored'
      ? node.image.imageId
      : (await pick((await tree.ask()).store, EMPTY))?.imageId;
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
  if (node?.kind !== 'named' && node?.kind !== 'stored') return pick(store, EMPTY);
  const { imageId } = node.image;
  const found = store.find((image) => image.imageId === imageId);
  if (found === undefined) void window.showInformationMessage(`${node.image.label} is not in the store.`);
  return found;
}

const EMPTY = 'The store is empty.';

/** Lets a person choose an image; says so when there is none. */
async function pick<I extends { readonly label: string; readonly words: string }>(
  images: readonly I[],
  nothing: string,
): Promise<I | undefined> {
  if (images.length === 0) {
    void window.showInformationMessage(nothing);
    return undefined;
  }
  const items = images.map((image) => ({ label: image.label, description: image.words, image }));
  const chosen = await window.showQuickPick(items, { placeHolder: 'Which image?', matchOnDescription: true });
  return chosen?.image;
}

function fetchItem({ image, syntax }: WorkspaceImage, mode: FetchItem['mode']): FetchItem {
  return { image, syntax, mode };
}
