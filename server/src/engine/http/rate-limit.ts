import { headerOf } from './message.ts';
import type { HttpResponse } from './message.ts';

/** How often a server lets itself be asked, as it said with an answer. Null is what it did not say. */
export interface RateLimit {
  /** Requests in a window. */
  readonly limit: number | null;
  /** Requests that are left. */
  readonly remaining: number | null;
  /** Milliseconds. */
  readonly window: number | null;
  /** When there will be more: milliseconds since the epoch. */
  readonly resetAt: number | null;
}

/** What a member of a list says: parameters by name, and what stands before them. */
interface Member {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** Numbers of seconds from here on are moments, not spans: thirty years are no window. */
const EPOCH = 1e9;
/** And from here on they are milliseconds. */
const EPOCH_MILLISECONDS = 1e11;

/**
 * Reads what servers say about limits, in the forms that are in use:
 *
 * - Docker Hub: `RateLimit-Limit: 100;w=21600` and `RateLimit-Remaining: 76;w=21600`
 * - draft-ietf-httpapi-ratelimit-headers to 06: those with `RateLimit-Reset: 30`, and policies after the limit (`10, 10;w=1`)
 * - in 07: `RateLimit: limit=100, remaining=50, reset=30`
 * - since 08: `RateLimit: "default";r=50;t=30` with `RateLimit-Policy: "default";q=100;w=60`
 * - GitHub and many others: `X-RateLimit-Limit`, `X-RateLimit-Remaining`, `X-RateLimit-Reset` (a moment)
 *
 * What makes no sense counts as not said. Where there are several policies, it is the one that will stop us first.
 * @param now milliseconds since the epoch
 * @returns undefined when nothing is said
 */
export function parseRateLimit(response: Pick<HttpResponse, 'headers'>, now: number): RateLimit | undefined {
  const list = (name: string): Member[] => members(headerOf(response, name) ?? '');
  const policies = list('ratelimit-policy');
  for (const read of [
    () => structured(list('ratelimit'), policies, now),
    () => dictionary(list('ratelimit'), policies, now),
    () => separate('ratelimit', list, policies, now),
    () => separate('x-ratelimit', list, policies, now),
  ]) {
    const found = read();
    if (found.limit !== null || found.remaining !== null) return found;
  }
  return undefined;
}

/** `"default";r=50;t=30`: the policy with the least left. */
function structured(list: readonly Member[], policies: readonly Member[], now: number): RateLimit {
  const told = list.flatMap(({ value, parameters }) => {
    const remaining = whole(parameters.get('r'));
    return remaining === null ? [] : [{ value, remaining, parameters }];
  });
  const [first] = told.sort((one, other) => one.remaining - other.remaining);
  if (first === undefined) return limitOf({}, undefined, now);
  const policy = policies.find(({ value }) => value === first.value);
  const { q, w } = Object.fromEntries(policy?.parameters ?? []);
  return limitOf({ limit: q, window: w, reset: first.parameters.get('t') }, first.remaining, now);
}

/** `limit=100, remaining=50, reset=30` */
function dictionary(list: readonly Member[], policies: readonly Member[], now: number): RateLimit {
  const said = new Map(list.map(({ value }) => pairOf(value)));
  const limit = said.get('limit');
  const window = windowOf(limit, policies);
  return limitOf({ limit, window, reset: said.get('reset') }, whole(said.get('remaining')), now);
}

function separate(
  prefix: string,
  list: (name: string) => Member[],
  policies: readonly Member[],
  now: number,
): RateLimit {
  const [limit, ...more] = list(`${prefix}-limit`);
  const [remaining] = list(`${prefix}-remaining`);
  const [reset] = list(`${prefix}-reset`);
  const window =
    limit?.parameters.get('w') ??
    remaining?.parameters.get('w') ??
    windowOf(limit?.value, [...more, ...policies]);
  return limitOf({ limit: limit?.value, window, reset: reset?.value }, whole(remaining?.value), now);
}

/** The window of the policy of this limit. */
function windowOf(limit: string | undefined, policies: readonly Member[]): string | undefined {
  return policies.find(({ value }) => value === limit)?.parameters.get('w');
}

function limitOf(
  texts: { readonly [key in 'limit' | 'window' | 'reset']?: string | undefined },
  remaining: number | null | undefined,
  now: number,
): RateLimit {
  const [window, reset] = [whole(texts.window), whole(texts.reset)];
  return {
    limit: whole(texts.limit),
    remaining: remaining ?? null,
    window: window === null ? null : window * 1000,
    resetAt: reset === null ? null : moment(reset, now),
  };
}

function moment(seconds: number, now: number): number {
  if (seconds < EPOCH) return now + seconds * 1000;
  return seconds < EPOCH_MILLISECONDS ? seconds * 1000 : seconds;
}

/** The members of a list, `a;x=1, b;y=2`, as far as these headers need it: no value of theirs has a comma in it. */
function members(text: string): Member[] {
  return text.split(',').flatMap((member) => {
    const [value = '', ...parameters] = member.split(';').map((part) => part.trim());
    if (value === '') return [];
    return [{ value, parameters: new Map(parameters.map(pairOf)) }];
  });
}

function pairOf(text: string): [string, string] {
  const [key = '', value = ''] = text.split('=', 2).map((part) => part.trim());
  return [key, value];
}

/** A number without a sign or a fraction, and small enough to count with. */
function whole(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}
