import { MarkdownString, ThemeColor, ThemeIcon, TreeItem, TreeItemCollapsibleState } from 'vscode';
import type {
  ImageLabel,
  ImagesView,
  StoreImage,
  WorkspaceImage,
  WorkspaceImageState,
} from '../../server/src/protocol.ts';
import { ImagesCommand } from './images-command-names.ts';

/** A row of the tree. */
export type ImagesNode =
  | { readonly kind: 'workspace' | 'store'; readonly view: ImagesView }
  | { readonly kind: 'named'; readonly image: WorkspaceImage }
  | { readonly kind: 'stored'; readonly image: StoreImage };

/** Nobody needs a colour or an icon to know the state: the words beside them tell it. */
const ICONS: Readonly<Record<WorkspaceImageState, readonly [icon: string, colour?: string]>> = {
  missing: ['cloud-download', 'list.warningForeground'],
  moved: ['git-compare', 'list.warningForeground'],
  stale: ['history', 'list.warningForeground'],
  unknown: ['question', 'list.warningForeground'],
  invalid: ['error', 'list.errorForeground'],
  unresolved: ['symbol-variable'],
  stored: ['pass'],
  pinned: ['pinned'],
};

/** The two roots; none when there is nothing to show, and the view says so. */
export function roots(view: ImagesView): ImagesNode[] {
  if (view.workspace.length === 0 && view.store.length === 0 && view.failure === null) return [];
  return [
    { kind: 'workspace', view },
    { kind: 'store', view },
  ];
}

export function childrenOf(node: ImagesNode): ImagesNode[] {
  switch (node.kind) {
    case 'workspace':
      return node.view.workspace.map((image) => ({ kind: 'named', image }));
    case 'store':
      return node.view.store.map((image) => ({ kind: 'stored', image }));
    case 'named':
    case 'stored':
      return [];
  }
}

export function itemOf(node: ImagesNode): TreeItem {
  switch (node.kind) {
    case 'workspace':
      return rootItem('This workspace', 'workspace', workspaceWords(node.view), node.view.workspace.length);
    case 'store':
      return rootItem('Store', 'store', storeWords(node.view), node.view.store.length);
    case 'named':
      return namedItem(node.image);
    case 'stored':
      return storedItem(node.image);
  }
}

function rootItem(label: string, id: string, words: string, count: number): TreeItem {
  const { Expanded, None } = TreeItemCollapsibleState;
  // What was once without rows would stay closed when it gets some.
  const rowId = count === 0 ? `${id}, empty` : id;
  const row = { label, short: label, host: null, words, tooltip: '' };
  const item = rowItem(rowId, row, count === 0 ? None : Expanded);
  item.contextValue = id;
  return item;
}

function namedItem(image: WorkspaceImage): TreeItem {
  const { syntax, state, imageId, places } = image;
  const item = rowItem(`${syntax} ${image.image}`, image);
  const [icon, colour] = ICONS[state];
  item.iconPath = new ThemeIcon(icon, colour === undefined ? undefined : new ThemeColor(colour));
  item.contextValue = [
    'named',
    ...(isFetchable(image) ? ['fetchable'] : []),
    ...(state === 'missing' ? ['missing'] : []),
    ...(imageId === null ? [] : ['inStore']),
    ...(places.length === 0 ? [] : ['revealable']),
  ].join(' ');
  item.command = {
    command: ImagesCommand.reveal,
    title: 'Reveal in Manifest',
    arguments: [{ kind: 'named', image } satisfies ImagesNode],
  };
  return item;
}

function storedItem(image: StoreImage): TreeItem {
  const item = rowItem(image.imageId, image);
  item.iconPath = new ThemeIcon('package');
  item.contextValue = ['stored', 'inStore', ...(image.manifests > 0 ? ['revealable'] : [])].join(' ');
  return item;
}

type Row = ImageLabel & Pick<WorkspaceImage, 'words' | 'tooltip'>;

function rowItem(
  id: string,
  { label, short, host, words, tooltip }: Row,
  state = TreeItemCollapsibleState.None,
): TreeItem {
  const item = new TreeItem(short, state);
  // By it the row is the same one after a refresh: what is open stays open, what is chosen stays chosen.
  item.id = id;
  // In a narrow side bar the end is cut off: the state comes before the host.
  item.description = host === null ? words : `${words} · ${host}`;
  item.accessibilityInformation = { label: `${label}, ${words}` };
  // Not trusted: it holds texts of manifests and registries, and no command runs from it.
  if (tooltip !== '') item.tooltip = new MarkdownString(tooltip);
  return item;
}

/** It is an image, whatever the store has of it. */
export function isFetchable({ state }: WorkspaceImage): boolean {
  return state !== 'invalid' && state !== 'unresolved';
}

function workspaceWords({ workspace }: ImagesView): string {
  if (workspace.length === 0) return 'names no images yet';
  const attention = (['missing', 'moved', 'stale'] as const).flatMap((wanted) => {
    const count = workspace.filter(({ state }) => state === wanted).length;
    return count === 0 ? [] : [`${count} ${wanted}`];
  });
  return [images(workspace.length), ...attention].join(', ');
}

function storeWords({ store, failure }: ImagesView): string {
  if (failure !== null) return 'cannot be read';
  return store.length === 0 ? 'is empty' : images(store.length);
}

function images(count: number): string {
  return count === 1 ? '1 image' : `${count} images`;
}
