/**
 * Lengths of time as people say them. An age is only told as exactly as the largest unit that fits, always rounded down, so
 * that "2 h ago" is never less than two hours.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Largest first. Below a minute there is no unit: an age is "just now". */
const UNITS = [
  { length: 365 * DAY, one: 'year', many: 'years' },
  { length: 30 * DAY, one: 'month', many: 'months' },
  { length: DAY, one: 'day', many: 'days' },
  { length: HOUR, one: 'h', many: 'h' },
  { length: MINUTE, one: 'min', many: 'min' },
] as const;

/**
 * How long ago something was: "just now", "3 min ago", "2 days ago".
 * @param then, now milliseconds since the epoch
 */
export function age(then: number, now: number): string {
  // Clocks of two machines differ a little; more than that is a clock that was set back, and "just now" would be a lie.
  if (then - now >= MINUTE) return 'in the future by this clock';
  const words = unitWords(now - then);
  return words === undefined ? 'just now' : `${words} ago`;
}

/**
 * A length of time: "57 min", "less than a minute".
 * @param length milliseconds
 */
export function duration(length: number): string {
  return unitWords(length) ?? 'less than a minute';
}

/**
 * When the words of {@link age} change next.
 * @param then, now milliseconds since the epoch
 * @returns milliseconds since the epoch, always later than `now`
 */
export function ageChangesAt(then: number, now: number): number {
  if (then - now >= MINUTE) return then - MINUTE + 1;
  const elapsed = Math.max(0, now - then);
  const { unit, count } = largestUnit(elapsed);
  // The words may jump to a larger unit before this one's next full count: 11 months and 29 days, then a year.
  const ends = [(count + 1) * unit, ...UNITS.map(({ length }) => length)].filter((end) => end > elapsed);
  return then + Math.min(...ends);
}

function unitWords(length: number): string | undefined {
  const unit = UNITS.find((candidate) => length >= candidate.length);
  if (unit === undefined) return undefined;
  const count = Math.floor(length / unit.length);
  return `${count} ${count === 1 ? unit.one : unit.many}`;
}

function largestUnit(length: number): { unit: number; count: number } {
  const unit = UNITS.find((candidate) => length >= candidate.length)?.length ?? MINUTE;
  return { unit, count: Math.floor(length / unit) };
}
