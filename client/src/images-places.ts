import { commands, Range, Uri, window, workspace } from 'vscode';
import { Command } from '../../server/src/protocol.ts';
import type { ImagePlace, PrepareArguments } from '../../server/src/protocol.ts';
import type { ImagesNode } from './images-items.ts';
import { NONE_NAMED, pickImage } from './images-pick.ts';
import type { ImagesTree } from './images-view.ts';

type Tree = Pick<ImagesTree, 'ask'>;

/** Shows where an image is named; asks where there are several places. */
export async function reveal(tree: Tree, node: ImagesNode | undefined): Promise<void> {
  const place = await placeOf(tree, node, 'Show which place?');
  if (place === undefined) return;
  const { start, end } = place.range;
  const selection = new Range(start.line, start.character, end.line, end.character);
  await window.showTextDocument(Uri.parse(place.uri), { selection });
}

/** Prepares the pod that names an image; asks which one where there are several. */
export async function preparePod(tree: Tree, node: ImagesNode | undefined): Promise<void> {
  const place = await placeOf(tree, node, 'Prepare which pod?');
  if (place === undefined) return;
  const uri = Uri.parse(place.uri);
  // The server prepares what is open, as it is typed; nobody need see it.
  await workspace.openTextDocument(uri);
  const argument: PrepareArguments = { uri: place.uri, position: place.range.start };
  await commands.executeCommand(Command.prepare, argument);
}

async function placeOf(
  tree: Tree,
  node: ImagesNode | undefined,
  placeHolder: string,
): Promise<ImagePlace | undefined> {
  const places = await placesOf(tree, node);
  const items = places.map((place) => ({
    label: `${workspace.asRelativePath(Uri.parse(place.uri))}:${place.range.start.line + 1}`,
    description: place.owner,
    place,
  }));
  const [only, ...others] = items;
  const chosen = others.length === 0 ? only : await window.showQuickPick(items, { placeHolder });
  return chosen?.place;
}

async function placesOf(tree: Tree, node: ImagesNode | undefined): Promise<readonly ImagePlace[]> {
  if (node?.kind === 'named') return node.image.places;
  const view = await tree.ask();
  if (node?.kind === 'stored') {
    const { imageId } = node.image;
    return view.workspace.filter((image) => image.imageId === imageId).flatMap(({ places }) => places);
  }
  return (await pickImage(view.workspace, NONE_NAMED))?.places ?? [];
}
