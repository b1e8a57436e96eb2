import type { ErrorCode, LarderError } from './errors.ts';
import type { Image } from './image.ts';
import type { StoreRecord, StoredImage } from './record.ts';

/**
 * A read-only, synchronous look at the store as it was at one moment. Holding one never waits for a lock, a disk or
 * a network: the language server answers every keystroke from it.
 */
export interface StoreView {
  /** Counts up with every committed change of the index. */
  readonly generation: number;
  /** Number of images. */
  readonly imageCount: number;
  /**
   * What the store holds for an image.
   * @param platform `os/arch[/variant]`, for docker references
   * @throws LarderError E_AMBIGUOUS when an image ID prefix fits several images
   */
  find(image: Image, platform: string): StoreRecord | undefined;
  /** All images, newest first. */
  images(): readonly StoredImage[];
  /** The docker references that lead to an image, in their canonical form, sorted. */
  dockerReferences(): readonly string[];
}

/** The store as the editor sees it: a view, or the sentence that says why there is none, and its code. */
export type StoreState = { readonly kind: 'ready'; readonly view: StoreView } | UnknownStore;

interface UnknownStore {
  readonly kind: 'unknown';
  readonly why: string;
  readonly code: ErrorCode;
}

export function unknown({ code, message }: LarderError): UnknownStore {
  return { kind: 'unknown', why: message, code };
}

/** Until it has been read for the first time. */
export const NOT_READ: StoreState = {
  kind: 'unknown',
  why: 'The store has not been read yet.',
  code: 'E_STORE_IO',
};
