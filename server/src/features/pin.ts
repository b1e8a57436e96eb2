import type { TextEdit } from 'vscode-languageserver';
import type { ImageStatus } from '../domain/image-status.ts';
import type { StoreRecord } from '../domain/record.ts';
import type { ManifestImage, Span } from '../manifest/manifest.ts';
import type { PinArguments } from '../protocol.ts';
import type { Snapshot } from './snapshot.ts';

export type PinWhat = PinArguments['what'];

/** How an image is pinned or unpinned, or its pin updated. */
export interface Pin {
  readonly source: ManifestImage;
  /** The image without its digest or ID: what people call it. */
  readonly name: string;
  /** The digest or the ID that is written; undefined when it is taken away. */
  readonly pin: string | undefined;
  /** What the store holds under the name, where the pin is taken from. */
  readonly record: StoreRecord | undefined;
  readonly edits: readonly TextEdit[];
}

/** A pin; `unknown` when the store has nothing to pin to; undefined when nothing is to be done, or can be. */
export type PinFound = Omit<Pin, 'source'> | 'unknown' | undefined;

/** What a pin is found from. */
export interface PinSource {
  readonly snapshot: Snapshot;
  readonly source: ManifestImage;
  readonly what: PinWhat;
  readonly statusOf: (source: ManifestImage) => ImageStatus;
}

/** Where the text of an image is written: at the anchor, when the image is an alias of it. */
export function placeOf({ image }: ManifestImage): Span {
  return image.definition ?? image.span;
}

export function recordOf(status: ImageStatus): StoreRecord | undefined {
  return status.kind === 'image' && status.stored.kind === 'known' ? status.stored.record : undefined;
}

export function isJson({ document: { languageId } }: Snapshot): boolean {
  return languageId === 'json' || languageId === 'jsonc';
}
