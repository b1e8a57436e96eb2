/**
 * How long a server asks to be left alone (RFC 9110, 10.2.3): a number of seconds, or a date.
 * @param value the header's value
 * @param now milliseconds since the epoch
 * @returns milliseconds, not negative; null when the header is absent or makes no sense
 */
export function parseRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  // IMF-fixdate begins with a day's name; Date.parse alone would also take "-5" for a year.
  const date = /^[A-Z][a-z]{2}/.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
