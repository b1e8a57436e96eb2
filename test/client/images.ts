/** Images as the server tells them, for the tests of the tree. */
import type { ImagePlace, ImagesView, StoreImage, WorkspaceImage } from '../../server/src/protocol.ts';

const IMAGE_ID = `sha512-${'ab'.repeat(64)}`;

export function placeOf(file: string, line: number): ImagePlace {
  const range = { start: { line, character: 13 }, end: { line, character: 20 } };
  return { uri: `file:///w/${file}`, range, owner: 'Pod web, container c' };
}

/** An image that is missing, if nothing else is given. */
export function named(given: Partial<WorkspaceImage> = {}): WorkspaceImage {
  return {
    image: 'registry.example/web:1',
    syntax: 'docker',
    label: 'registry.example/web:1',
    short: 'web:1',
    host: 'registry.example',
    canonical: 'docker://registry.example/web:1',
    state: 'missing',
    words: 'not in store',
    imageId: null,
    policies: ['IfNotPresent'],
    places: [placeOf('a.yaml', 7)],
    tooltip: 'about `web:1`',
    ...given,
  };
}

/** The same, in the store. */
export const inStore = named({ state: 'stored', words: 'in store, checked just now', imageId: IMAGE_ID });

export const stored: StoreImage = {
  imageId: IMAGE_ID,
  label: 'registry.example/web:1',
  short: 'web:1',
  host: 'registry.example',
  words: '1.0 kB, imported just now, used by 1 manifest',
  references: ['docker://registry.example/web:1'],
  manifests: 1,
  pods: 0,
  tooltip: '',
};

export function viewOf(given: Partial<ImagesView> = {}): ImagesView {
  return { workspace: [], store: [], failure: null, ...given };
}
