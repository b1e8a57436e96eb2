import type { Image } from './image.ts';
import type { DockerCacheData, HttpCacheData, RemoteRecord, StoreRecord } from './record.ts';

/**
 * How fresh the store's copy is, in the words people see (behaviour.md §4). HTTP's own freshness (RFC 9111 §4.2) gives
 * `fresh`, `stale` and `unvalidated`; a docker tag is `current` as of its last check, or `moved`.
 */
export type FreshnessState = 'missing' | 'fresh' | 'stale' | 'unvalidated' | 'pinned' | 'current' | 'moved';

/** A state with its evidence. Times are milliseconds since the epoch, `null` where there is none. */
export interface Freshness {
  readonly state: FreshnessState;
  /** Since when it is in this state. */
  readonly since: number | null;
  /** Until when it stays fresh. */
  readonly until: number | null;
  /** When the remote was last asked. */
  readonly checkedAt: number | null;
  /** One clause that says where this is known from. */
  readonly why: string;
}

/**
 * The freshness of what the store holds for an image.
 * @param record what the store holds, undefined when it holds nothing
 * @param now milliseconds since the epoch
 */
export function freshnessOf(image: Image, record: StoreRecord | undefined, now: number): Freshness {
  if (record === undefined) return unknownTimes('missing', 'the store has nothing for it');
  const pin = pinOf(image);
  if (pin !== undefined)
    return { ...unknownTimes('pinned', pin), checkedAt: record.remote?.checkedAt ?? null };
  const { remote } = record;
  if (remote?.docker) return ofTag(remote, remote.docker);
  if (remote?.http) return ofResponse(remote, remote.http, now);
  const why =
    image.kind === 'file' ? 'a file is read anew each time' : 'nothing was saved to compare it with';
  return { ...unknownTimes('unvalidated', why), checkedAt: remote?.checkedAt ?? null };
}

/** When the state changes by itself, in milliseconds since the epoch; `null` when it does not. */
export function nextChange(freshness: Freshness): number | null {
  return freshness.state === 'fresh' ? freshness.until : null;
}

/** Why an image cannot change, when it cannot. */
export function pinOf(image: Image): string | undefined {
  if (image.kind === 'id') return 'an image ID cannot change';
  if (image.kind === 'docker' && image.reference.digest !== undefined) return 'a digest cannot change';
  return undefined;
}

function ofTag(remote: RemoteRecord, docker: DockerCacheData): Freshness {
  const { checkedAt } = remote;
  if (docker.movedTo !== null) {
    const why = `the registry now answers ${docker.movedTo}`;
    return { state: 'moved', since: checkedAt, until: null, checkedAt, why };
  }
  if (checkedAt === null) return unknownTimes('unvalidated', 'nobody knows when the registry was last asked');
  return {
    state: 'current',
    since: checkedAt,
    until: null,
    checkedAt,
    why: 'the registry answered this digest',
  };
}

function ofResponse(remote: RemoteRecord, http: HttpCacheData, now: number): Freshness {
  const { checkedAt } = remote;
  if (http.freshUntil === null && http.etag === null && http.lastModified === null) {
    return { ...unknownTimes('unvalidated', 'the server sent no caching data'), checkedAt };
  }
  // A clock that was set back must not make a copy fresh for ever: the answer cannot come from the future.
  const clockWentBack = checkedAt !== null && checkedAt > now;
  if (http.freshUntil !== null && now < http.freshUntil && !clockWentBack) {
    return { state: 'fresh', since: checkedAt, until: http.freshUntil, checkedAt, why: 'the server said so' };
  }
  const why = clockWentBack
    ? 'the clock was set back since it was checked'
    : 'its freshness lifetime is over';
  return {
    state: 'stale',
    since: clockWentBack ? null : (http.freshUntil ?? checkedAt),
    until: null,
    checkedAt,
    why,
  };
}

function unknownTimes(state: FreshnessState, why: string): Freshness {
  return { state, since: null, until: null, checkedAt: null, why };
}
