import type { Host } from '../host.ts';
import type { RateLimit } from './rate-limit.ts';

/** What is known of how one host wants to be asked. */
export interface HostLimit {
  /** `HOST[:PORT]` */
  readonly host: string;
  /** Requests in a window, and how many are left of them; null where it does not say. */
  readonly limit: number | null;
  readonly remaining: number | null;
  /** Until when it is not asked, in milliseconds since the epoch; null when it may be asked now. */
  readonly retryAt: number | null;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 30_000;
/** After so many failures the pause is at its longest; there is nothing to gain from counting on. */
const LEVELS = 7;
/** A host that asks for more is asked again after so long all the same: Docker Hub's window. Milliseconds. */
const LONGEST_WAIT = 6 * 60 * 60 * 1000;
/** So many answers in a row take back what one failure did (regclient). */
const GOOD_ANSWERS = 5;

interface State {
  limit: number | null;
  remaining: number | null;
  /** How many failures are not made up for: the pause doubles with each. */
  level: number;
  /** Answers since the last failure or step down. */
  answers: number;
  /** When it failed, and for how long it is left alone since then. */
  since: number;
  pause: number;
}

/**
 * How single hosts want to be asked: what one request is told holds for all to that host. After a failure the host is left alone
 * for a while, for longer with each further one, and for as long as it asks; answers make up for failures slowly, since a host that
 * is overwhelmed answers now and then.
 */
export class HostLimits {
  readonly #host: Pick<Host, 'clock' | 'random'>;
  readonly #states = new Map<string, State>();
  readonly #listeners = new Set<() => void>();

  constructor(host: Pick<Host, 'clock' | 'random'>) {
    this.#host = host;
  }

  /**
   * A request was not answered, or was answered with 429 or 5xx.
   * @param retryAfter milliseconds that the host asks to be left alone; null when it does not say
   */
  failed(host: string, retryAfter: number | null): void {
    const state = this.#states.get(host) ?? newState();
    this.#states.set(host, state);
    const waiting = this.waitFor(host);
    state.answers = 0;
    // Of requests that were on their way together, all fail for one reason.
    if (waiting === 0) state.level = Math.min(LEVELS, state.level + 1);
    const backoff = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (state.level - 1));
    // Jitter, so that not all clients of a host come back together; nobody is told twice to wait less than before.
    const own = waiting === 0 ? Math.round(backoff * (0.5 + this.#host.random() / 2)) : waiting;
    state.since = this.#host.clock.now();
    state.pause = Math.min(LONGEST_WAIT, Math.max(own, retryAfter ?? 0));
    this.#changed();
  }

  /**
   * A request was answered, whatever the answer says of what was asked for.
   * @param rateLimit what the host said with it. Even when nothing is left the host may be asked: not every request counts.
   */
  succeeded(host: string, rateLimit: RateLimit | undefined): void {
    const known = this.#states.get(host);
    if (known === undefined && rateLimit === undefined) return;
    const state = known ?? newState();
    this.#states.set(host, state);
    if (state.level > 0 && ++state.answers >= GOOD_ANSWERS) {
      state.level--;
      state.answers = 0;
    }
    if (rateLimit === undefined) return;
    const { limit, remaining } = rateLimit;
    if (state.limit === limit && state.remaining === remaining) return;
    Object.assign(state, { limit, remaining });
    this.#changed();
  }

  /** Milliseconds until a host may be asked; 0 for now. */
  waitFor(host: string): number {
    const state = this.#states.get(host);
    if (state === undefined) return 0;
    const now = this.#host.clock.now();
    // A clock that is set back does not make anybody wait for more than the pause.
    state.since = Math.min(state.since, now);
    return Math.max(0, state.since + state.pause - now);
  }

  /** The hosts of which something is to be told, by name. */
  snapshot(): readonly HostLimit[] {
    const now = this.#host.clock.now();
    const limits = [...this.#states].map(([host, { limit, remaining }]) => {
      const wait = this.waitFor(host);
      return { host, limit, remaining, retryAt: wait === 0 ? null : now + wait };
    });
    return limits
      .filter(({ limit, remaining, retryAt }) => limit !== null || remaining !== null || retryAt !== null)
      .sort((one, other) => (one.host < other.host ? -1 : 1));
  }

  /**
   * Hears when the snapshot is another one. That time passes is no change: the end of a wait stands in `retryAt`.
   * @returns ends it
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function newState(): State {
  return { limit: null, remaining: null, level: 0, answers: 0, since: 0, pause: 0 };
}
