import { LarderError } from './errors.ts';
import { quote } from './quote.ts';

/** Milliseconds of each unit that Go knows (pkg.go.dev/time, ParseDuration). */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/**
 * Reads a length of time as rkt's options have it, in Go's syntax: `24h`, `1h30m`, `0s`.
 * @returns whole milliseconds
 * @throws LarderError E_USAGE
 */
export function parseGoDuration(text: string): number {
  if (text === '0') return 0;
  let total = 0;
  let at = 0;
  while (at < text.length) {
    PART.lastIndex = at;
    const [part = '', count, unit = ''] = PART.exec(text) ?? [];
    if (part === '') break;
    total += Number(count) * (UNITS[unit] ?? 0);
    at += part.length;
  }
  if (at === 0 || at < text.length || !Number.isSafeInteger(Math.round(total))) {
    throw new LarderError(
      'E_USAGE',
      `${quote(text)} is no length of time; write it with units, as in 24h, 1h30m or 0s.`,
    );
  }
  return Math.round(total);
}
