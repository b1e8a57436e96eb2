import type { Platform } from '../../domain/image.ts';
import type { DockerReference } from '../../domain/reference.ts';
import type { Descriptor } from '../registry/descriptor.ts';
import type { Extent } from './extent.ts';

/** An image that an archive lists. */
export interface ListedImage {
  /** The names that the archive gives it. */
  readonly names: readonly DockerReference[];
  /** What else tells it from others: a tag without a name. */
  readonly tag: string | undefined;
  /**
   * Reads its manifest and its configuration.
   * @param accept called when the manifest is known, and before anything else of the image is read; throws to refuse it
   * @throws LarderError
   */
  read(platform: Platform, accept: () => Promise<void>): Promise<ArchivedImage>;
}

/** A small blob, whose digest has been verified. */
export interface Document {
  readonly digest: string;
  readonly bytes: Buffer;
}

export interface ArchivedLayer extends Descriptor {
  /** Where it is; the bytes there have not been looked at. */
  readonly extent: Extent;
  /** Digest of the uncompressed layer, as the configuration has it. */
  readonly diffId: string;
}

export interface ArchivedImage {
  /** Of the index where there is one, else of the manifest. */
  readonly digest: string;
  readonly manifestDigest: string;
  readonly config: Document;
  /** The manifest, and the index that it was found through. */
  readonly manifests: readonly Document[];
  /** The lowest first. */
  readonly layers: readonly ArchivedLayer[];
}
