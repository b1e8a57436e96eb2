import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';

/**
 * The digest algorithms that OCI registers (image-spec, descriptor.md) and that are safe, with the number of their hex digits.
 * A digest becomes part of URLs and file names, so nothing else gets past {@link isDigest}.
 */
const ALGORITHMS: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/** `ALGORITHM:HEX`. */
export type Digest = `${'sha256' | 'sha512'}:${string}`;

/** Whether a text is a digest that can be checked: `sha256:` or `sha512:` and as many lower-case hex digits as it takes. */
export function isDigest(text: unknown): text is Digest {
  if (typeof text !== 'string') return false;
  const [, algorithm = '', hex = ''] = /^(sha256|sha512):([0-9a-f]+)$/.exec(text) ?? [];
  return hex.length > 0 && hex.length === ALGORITHMS[algorithm];
}

/** @param digest one that {@link isDigest} accepts */
export function hashFor(digest: string): Hash {
  return createHash(digest.slice(0, digest.indexOf(':')));
}

/** Whether bytes are those of a digest. */
export function matches(bytes: Buffer, digest: string): boolean {
  return digest === digestOf(bytes, digest);
}

/** The digest of bytes, in the algorithm of another digest. */
export function digestOf(bytes: Buffer, like = 'sha256:'): string {
  const algorithm = like.slice(0, like.indexOf(':'));
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`;
}
