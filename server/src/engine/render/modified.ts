import type { TarEntry } from '../aci/tar-entry.ts';

/** The earliest second that a date can be. */
const EARLIEST = -8.64e12;

/**
 * A modification time as `utimes` takes it, to the microsecond. Node hands a number on as a double, which near today is exact to
 * half a microsecond: from the middle of a microsecond it ends up in no other one. A negative number Node takes for "now", but
 * not a date.
 */
export function modifiedAt({ mtime, pax }: Pick<TarEntry, 'mtime' | 'pax'>): number | Date {
  const text = pax.find(([key]) => key === 'mtime')?.[1] ?? String(mtime);
  if (mtime < 0) return new Date(Math.max(Number(text), EARLIEST) * 1000);
  const micros = Number((/\.([0-9]{1,6})/.exec(text)?.[1] ?? '').padEnd(6, '0'));
  return micros === 0 ? mtime : mtime + (micros + 0.5) / 1_000_000;
}
