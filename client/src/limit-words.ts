import type { HostLimit } from '../../server/src/protocol.ts';

/**
 * What hosts say about how often they may be asked, as a person reads it; those that may be asked least come first.
 * @param now milliseconds since the epoch
 */
export function limitWords(limits: readonly HostLimit[], now: number): string[] {
  const left = (limit: HostLimit): number =>
    isExhausted(limit, now) ? 0 : (limit.remaining ?? Number.MAX_VALUE);
  const ordered = limits.toSorted((a, b) => left(a) - left(b));
  return ordered.flatMap(({ host, limit, remaining, retryAt }) => {
    if (retryAt !== null && retryAt > now) {
      return [`${host} asks to be left alone until ${new Date(retryAt).toLocaleTimeString()}`];
    }
    if (remaining === null) return [];
    return [`${remaining}${limit === null ? '' : ` of ${limit}`} requests left at ${host}`];
  });
}

/** Whether a host wants no more requests now. */
export function isExhausted({ remaining, retryAt }: HostLimit, now: number): boolean {
  return remaining === 0 || (retryAt !== null && retryAt > now);
}
