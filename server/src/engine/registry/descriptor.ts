import { quote } from '../../domain/quote.ts';
import { isDigest } from './digest.ts';
import type { Refuse } from './manifest-error.ts';

/** Content that a manifest refers to (image-spec, descriptor.md). */
export interface Descriptor {
  readonly mediaType: string;
  /** sha256 or sha512, checked for its form. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/**
 * Reads a descriptor.
 * @param what which one it is: `layer 3`
 * @throws LarderError what `refuse` makes
 */
export function parseDescriptor(value: unknown, what: string, refuse: Refuse): Descriptor {
  if (!isRecord(value)) throw refuse(`its ${what} is not a descriptor`);
  const { mediaType, digest, size } = value;
  if (typeof mediaType !== 'string') throw refuse(`its ${what} has no media type`);
  if (!isDigest(digest)) {
    throw refuse(
      `its ${what} has the digest ${quote(String(digest))}, and only sha256 and sha512 can be checked`,
    );
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw refuse(`its ${what} has the size ${quote(String(size))}, which is not a number of bytes`);
  }
  return { mediaType, digest, size };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
