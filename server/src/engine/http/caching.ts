import CachePolicy from 'http-cache-semantics';
import type { HttpCacheData } from '../../domain/record.ts';
import type { HttpResponse, RequestHeaders } from './message.ts';

/** A response and when it came. */
export interface Exchange {
  readonly response: Pick<HttpResponse, 'status' | 'headers' | 'redirects'>;
  /** Milliseconds since the epoch. */
  readonly requestedAt: number;
  /** When the headers were there; milliseconds since the epoch. */
  readonly receivedAt: number;
}

type Headers = CachePolicy.Headers;

/**
 * A private cache without heuristics (behaviour.md §4). A bare `immutable` says that nothing changes while the response is
 * fresh (RFC 8246 §2), not how long that is.
 */
const OPTIONS = { shared: false, cacheHeuristic: 0, immutableMinTimeToLive: 0 };

/** The most that counts as a lifetime, in seconds (RFC 9111 §1.2.2). */
const LONGEST = 2 ** 31;

/** These describe a body, and a 304 has none (RFC 9111 §3.2). */
const OF_BODY = /^(?:content-(?:encoding|length|range|type)|transfer-encoding)$/;

/** What is kept of a response with a body (200, or 206 for its rest) for the requests to come. */
export function cacheDataOf(exchange: Exchange): HttpCacheData {
  return cacheData(exchange, storedHeaders(exchange.response.headers));
}

/**
 * What is kept after a 304: its headers replace those stored before (RFC 9111 §4.3.4), so it renews the freshness.
 * @returns undefined when it speaks of another representation than the stored one, which it must not renew
 */
export function renewed(stored: HttpCacheData, exchange: Exchange): HttpCacheData | undefined {
  const { etag } = exchange.response.headers;
  if (etag !== undefined && stored.etag !== null && opaque(etag) !== opaque(stored.etag)) return undefined;
  const update = Object.entries(storedHeaders(exchange.response.headers)).filter(
    ([name]) => !OF_BODY.test(name),
  );
  return cacheData(exchange, { ...headersOf(stored), ...Object.fromEntries(update) });
}

/** The headers of a conditional request (RFC 9110 §13.1); none when nothing was saved to ask with. */
export function conditionsOf({ etag, lastModified }: HttpCacheData): RequestHeaders {
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

function cacheData({ response, requestedAt, receivedAt }: Exchange, headers: Headers): HttpCacheData {
  const policy = policyOf(200, headers, receivedAt);
  // "no-store" forbids to use any part of the response for another request (RFC 9111 §5.2.2.5): its validators too.
  const storable = policy.storable();
  const header = (name: string): string | null => (storable ? text(headers[name]) : null);
  const saysSomething = /max-age|no-cache|no-store/.test(text(headers['cache-control']) ?? '');
  const explicit =
    saysSomething ||
    headers['expires'] !== undefined ||
    headers['vary'] === '*' ||
    headers['pragma'] !== undefined;
  // A redirect that may change tomorrow keeps nothing fresh, whatever lies behind it says.
  const lifetimes = [
    lifetime(policy, headers, requestedAt, receivedAt),
    ...response.redirects.map(({ status, headers: hop }) => {
      const hopHeaders = storedHeaders(hop);
      return lifetime(policyOf(status, hopHeaders, receivedAt), hopHeaders, requestedAt, receivedAt);
    }),
  ];
  return {
    etag: header('etag'),
    lastModified: header('last-modified'),
    freshUntil: explicit ? receivedAt + Math.max(0, Math.min(...lifetimes)) : null,
    policy: storable ? JSON.stringify(policy.toObject()) : null,
  };
}

/**
 * For how many milliseconds more a response is fresh (RFC 9111 §4.2). The age is reckoned here: the library leaves out the
 * Date (§4.2.3), and its time to live counts what is stale but may be served.
 */
function lifetime(policy: CachePolicy, headers: Headers, requestedAt: number, receivedAt: number): number {
  const date = Date.parse(text(headers['date']) ?? '');
  const apparentAge = Number.isNaN(date) ? 0 : Math.max(0, receivedAt - date);
  const statedAge = seconds(text(headers['age'])) * 1000 + (receivedAt - requestedAt);
  return Math.min(policy.maxAge(), LONGEST) * 1000 - Math.max(apparentAge, statedAge);
}

function policyOf(status: number, headers: Headers, receivedAt: number): CachePolicy {
  // Every request for a URL carries the same headers but for its conditions, so a Vary that names some always matches.
  const request = { method: 'GET', headers: {} };
  const policy = new CachePolicy(request, { status, headers }, OPTIONS);
  return CachePolicy.fromObject({ ...policy.toObject(), t: receivedAt });
}

/** The stored headers but for those that tell the age of the response they came with; none of what an older Larder stored. */
function headersOf({ policy }: HttpCacheData): Headers {
  return policy === null
    ? {}
    : without((JSON.parse(policy) as CachePolicy.CachePolicyObject).resh, ['age', 'date']);
}

/** Headers as they are kept: directives in lower case, since the library compares them exactly; no cookies. */
function storedHeaders(headers: HttpResponse['headers']): Headers {
  const kept = without(headers, ['set-cookie']);
  const cacheControl = headers['cache-control']?.toLowerCase();
  return cacheControl === undefined ? kept : { ...kept, 'cache-control': cacheControl };
}

function without(headers: Headers, names: readonly string[]): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

/** An entity tag for the weak comparison (RFC 9110 §8.8.3.2). */
function opaque(etag: string): string {
  return etag.replace(/^W\//, '');
}

function seconds(value: string | null): number {
  return /^\d+$/.test(value ?? '') ? Math.min(Number(value), LONGEST) : 0;
}

function text(value: string | string[] | undefined): string | null {
  if (value === undefined) return null;
  return Array.isArray(value) ? value.join(', ') : value;
}
