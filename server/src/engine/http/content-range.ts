/**
 * Whether a 206 continues exactly where it was asked to, and to the end (RFC 9110, 14.4). Anything else would put bytes into
 * places that are not theirs.
 * @param header the Content-Range
 * @param from the first byte that was asked for, from 0
 * @param size of the whole
 */
export function continuesAt(header: string | undefined, from: number, size: number): boolean {
  const [, first, last, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(header ?? '') ?? [];
  if (first === undefined || Number(first) !== from || Number(last) !== size - 1) return false;
  return total === '*' || Number(total) === size;
}

/** How long the whole is that a 206 is a part of; undefined when it does not say. */
export function totalOf(header: string | undefined): number | undefined {
  const total = /^bytes \d+-\d+\/(\d{1,15})$/.exec(header ?? '')?.[1];
  return total === undefined ? undefined : Number(total);
}

/**
 * An ETag that proves that the rest belongs to the bytes so far: a strong one (RFC 9110, 13.1.5).
 * @returns null for a weak one, none, or one that cannot stand in a request
 */
export function strongValidator(etag: string | undefined): string | null {
  return etag !== undefined && /^"[\x21\x23-\x7e]{1,1000}"$/.test(etag) ? etag : null;
}
