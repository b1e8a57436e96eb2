import { imagesOf } from '../domain/images-of.ts';
import { printable } from '../domain/quote.ts';
import type { ImageRole, ManifestImage, Pod } from '../manifest/manifest.ts';
import type { ImagePlace } from '../protocol.ts';
import { rangeOf } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

/** An image and where it is named, without the document: it can be kept for a file that nobody has open. */
export interface NamedImage {
  readonly source: ManifestImage;
  readonly place: ImagePlace;
}

/** The images of a manifest, in its order. Nothing of them keeps the document's text in memory. */
export function namedImages(snapshot: Snapshot): NamedImage[] {
  const named = Array.from(imagesOf(snapshot.manifest), ({ pod, source }) => ({
    source,
    place: {
      uri: snapshot.document.uri,
      range: rangeOf(snapshot, source.image.span),
      owner: ownerOf(pod, source),
    },
  }));
  // Texts cut from a document keep all of it alive; those of a clone are their own.
  return structuredClone(named);
}

const ROLES: Readonly<Record<ImageRole, string>> = {
  container: 'container',
  initContainer: 'init container',
  ephemeralContainer: 'ephemeral container',
  volume: 'volume',
  app: 'app',
};

function ownerOf(pod: Pod, { role, name }: ManifestImage): string {
  const words = (what: string, called: string | undefined): string =>
    called === undefined ? what : `${what} ${called}`;
  return printable(`${words(pod.kind, pod.name)}, ${words(ROLES[role], name)}`);
}
