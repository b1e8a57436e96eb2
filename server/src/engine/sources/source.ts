import type { Image, Platform } from '../../domain/image.ts';
import type { StoreRecord } from '../../domain/record.ts';
import type { OnProgress } from '../progress.ts';
import type { Expectation } from './expectation.ts';

/** What goes with one fetch of one image. */
export interface SourceContext {
  readonly platform: Platform;
  readonly signal: AbortSignal;
  readonly onProgress: OnProgress;
  /** What the image must be; undefined when it may be any, as it may be where a URL is asked for. */
  readonly expected?: Expectation | undefined;
  /** Where the signature is; undefined: beside the image. */
  readonly signature?: SignaturePlace | undefined;
}

export type SignaturePlace =
  { readonly kind: 'file'; readonly path: string } | { readonly kind: 'url'; readonly url: URL };

/** Bytes that were got and verified, and are not in the store yet. */
export interface Obtained {
  /** Puts them into the store (a plan's `import`) and returns the image ID. */
  import(): Promise<string>;
}

/** What a remote says to "has it changed?". A change may bring the new bytes along, as a 200 does. */
export type Answer =
  { readonly found: 'unchanged' } | { readonly found: 'changed'; readonly obtained: Obtained | null };

/** One kind of image, as its remote serves it. */
export interface Source<I extends Image> {
  /** A plan's `ask-digest` or `revalidate`; an unchanged answer renews what the store knows about freshness. */
  ask(image: I, record: StoreRecord, context: SourceContext): Promise<Answer>;
  /** A plan's `pull` or `download`. */
  get(image: I, context: SourceContext): Promise<Obtained>;
}
