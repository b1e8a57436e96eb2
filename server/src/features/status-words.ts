import { age, ageChangesAt } from '../domain/age.ts';
import { nextChange } from '../domain/freshness.ts';
import type { Stored } from '../domain/image-status.ts';

/** The status of an image in a few words, and whether a person should look at it. */
export interface StatusWords {
  readonly words: string;
  readonly problem: boolean;
}

const REASON_LIMIT = 60;

/** What the store has for an image, in the words that stand beside it; they carry the state, no colour or icon does. */
export function statusWords(stored: Stored, now: number): StatusWords {
  if (stored.kind === 'unknown') return { words: `unknown: ${shorten(stored.why)}`, problem: true };
  const { state, since, checkedAt } = stored.freshness;
  const checked = checkedAt === null ? 'never checked' : `checked ${age(checkedAt, now)}`;
  switch (state) {
    case 'missing':
      return { words: 'not in store', problem: true };
    case 'pinned':
      return { words: 'pinned, in store', problem: false };
    case 'current':
    case 'unvalidated':
      return { words: `in store, ${checked}`, problem: false };
    case 'fresh':
      return { words: `in store, ${checked}, still fresh`, problem: false };
    case 'stale':
      return {
        words: since === null ? 'in store, stale' : `in store, went stale ${age(since, now)}`,
        problem: true,
      };
    case 'moved':
      return { words: since === null ? 'moved' : `moved, seen ${age(since, now)}`, problem: true };
  }
}

/**
 * When {@link statusWords} will say something else by the passing of time alone.
 * @returns milliseconds since the epoch; null when never
 */
export function wordsChangeAt(stored: Stored, now: number): number | null {
  if (
    stored.kind === 'unknown' ||
    stored.freshness.state === 'missing' ||
    stored.freshness.state === 'pinned'
  ) {
    return null;
  }
  const { freshness } = stored;
  const told = freshness.state === 'stale' ? freshness.since : freshness.checkedAt;
  return earliest(told === null ? null : ageChangesAt(told, now), nextChange(freshness));
}

/** The earlier of two times, either of which may be never. */
export function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function shorten(reason: string): string {
  return reason.length > REASON_LIMIT ? `${reason.slice(0, REASON_LIMIT - 1)}…` : reason.replace(/\.$/, '');
}
