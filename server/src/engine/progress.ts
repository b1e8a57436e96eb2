/** What a running fetch tells whoever watches it. Byte counts never decrease within one fetch. */
export interface FetchProgress {
  readonly phase: 'resolve' | 'download' | 'convert' | 'store' | 'render';
  /** Bytes received so far, over all blobs of this image; resumed bytes count as received. */
  readonly received: number;
  /** Bytes to receive in all, once known. */
  readonly total: number | null;
}

export type OnProgress = (progress: FetchProgress) => void;

/** How an image was got (behaviour.md §10). */
export type FetchOutcome = 'store' | 'cached' | 'revalidated' | 'fetched';
