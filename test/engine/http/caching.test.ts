import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cacheDataOf, conditionsOf, renewed } from '../../../server/src/engine/http/caching.ts';
import type { Exchange } from '../../../server/src/engine/http/caching.ts';

const NOW = Date.UTC(2026, 0, 15, 12);
const httpDate = (ms: number): string => new Date(ms).toUTCString();

function exchange(
  headers: IncomingHttpHeaders,
  { status = 200, redirects = [] }: Partial<Exchange['response']> = {},
  took = 0,
): Exchange {
  return { response: { status, headers, redirects }, requestedAt: NOW - took, receivedAt: NOW };
}

/** For how many seconds a response is fresh; null when it does not say. */
function freshFor(
  headers: IncomingHttpHeaders,
  redirects: Exchange['response']['redirects'] = [],
): number | null {
  const { freshUntil } = cacheDataOf(exchange(headers, { redirects }));
  return freshUntil === null ? null : (freshUntil - NOW) / 1000;
}

describe('the freshness of a response (RFC 9111 §4.2)', () => {
  const cases: [what: string, headers: IncomingHttpHeaders, seconds: number | null][] = [
    ['nothing', {}, null],
    ['validators alone: no heuristics', { etag: '"a"', 'last-modified': httpDate(NOW - 1e9) }, null],
    ['max-age', { 'cache-control': 'max-age=60' }, 60],
    ['max-age in any case, quoted', { 'cache-control': 'Max-Age="60"' }, 60],
    ['max-age=0', { 'cache-control': 'max-age=0' }, 0],
    ['no s-maxage: the cache is private', { 'cache-control': 's-maxage=600, max-age=60' }, 60],
    ['private', { 'cache-control': 'private, max-age=60' }, 60],
    ['Expires', { expires: httpDate(NOW + 60_000), date: httpDate(NOW) }, 60],
    ['Expires without a Date', { expires: httpDate(NOW + 60_000) }, 60],
    ['max-age over Expires', { 'cache-control': 'max-age=5', expires: httpDate(NOW + 60_000) }, 5],
    ['an Expires that is no date', { expires: '0' }, 0],
    ['Age', { 'cache-control': 'max-age=60', age: '20' }, 40],
    ['more Age than max-age', { 'cache-control': 'max-age=60', age: '90' }, 0],
    ['an old Date', { 'cache-control': 'max-age=60', date: httpDate(NOW - 20_000) }, 40],
    ['a Date of the future', { 'cache-control': 'max-age=60', date: httpDate(NOW + 20_000) }, 60],
    ['no-cache', { 'cache-control': 'no-cache' }, 0],
    ['max-age before no-cache', { 'cache-control': 'max-age=60, no-cache' }, 0],
    ['no-cache before max-age', { 'cache-control': 'no-cache, max-age=60' }, 0],
    ['max-age before no-store', { 'cache-control': 'max-age=60, no-store' }, 0],
    ['no-store before max-age', { 'cache-control': 'NO-STORE, max-age=60' }, 0],
    ['Pragma of HTTP/1.0', { pragma: 'no-cache' }, 0],
    ['immutable with max-age', { 'cache-control': 'max-age=60, immutable' }, 60],
    ['bare immutable, which is no lifetime', { 'cache-control': 'immutable' }, null],
    [
      'not the time in which stale may be used',
      { 'cache-control': 'max-age=60, stale-while-revalidate=600' },
      60,
    ],
    ['Vary: *', { 'cache-control': 'max-age=60', vary: '*' }, 0],
    ['Vary by what every request has', { 'cache-control': 'max-age=60', vary: 'Accept-Encoding' }, 60],
  ];
  for (const [what, headers, seconds] of cases) {
    it(what, () => assert.equal(freshFor(headers), seconds));
  }

  it('ends when the answer took longer than that', () => {
    const late = cacheDataOf(exchange({ 'cache-control': 'max-age=60' }, {}, 50_000));
    assert.equal(late.freshUntil, NOW + 10_000);
  });

  it('is a number the index can hold, whatever the server says', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (maxAge) => {
        const { freshUntil } = cacheDataOf(exchange({ 'cache-control': `max-age=${maxAge}` }));
        assert.ok(freshUntil !== null && Number.isSafeInteger(freshUntil) && freshUntil >= NOW);
      }),
    );
  });

  it('behind a redirect is that of the redirect, when it is shorter', () => {
    const fresh = { 'cache-control': 'max-age=60' };
    assert.equal(freshFor(fresh, [{ status: 302, headers: {} }]), 0);
    assert.equal(freshFor(fresh, [{ status: 301, headers: { 'cache-control': 'max-age=10' } }]), 10);
    assert.equal(freshFor(fresh, [{ status: 307, headers: { 'cache-control': 'max-age=100' } }]), 60);
  });
});

describe('what is kept of a response', () => {
  it('is what a conditional request needs', () => {
    const modified = httpDate(NOW - 1000);
    const kept = cacheDataOf(exchange({ etag: 'W/"a"', 'last-modified': modified }));
    assert.deepEqual(conditionsOf(kept), { 'if-none-match': 'W/"a"', 'if-modified-since': modified });
    assert.deepEqual(conditionsOf(cacheDataOf(exchange({}))), {});
  });

  it('is nothing that no-store forbids, and no cookie', () => {
    const none = cacheDataOf(exchange({ etag: '"a"', 'cache-control': 'no-store' }));
    assert.deepEqual(none, { etag: null, lastModified: null, freshUntil: NOW, policy: null });
    const cookie = cacheDataOf(exchange({ 'set-cookie': ['secret=1'] }));
    assert.doesNotMatch(cookie.policy ?? '', /secret/);
  });
});

describe('a 304', () => {
  const stored = cacheDataOf(exchange({ etag: '"a"', 'cache-control': 'max-age=60', age: '60' }));
  const after = (headers: IncomingHttpHeaders) => renewed(stored, exchange(headers, { status: 304 }));

  it('renews the freshness by its own headers', () => {
    assert.equal(after({ etag: '"a"', 'cache-control': 'max-age=600' })?.freshUntil, NOW + 600_000);
    assert.equal(after({ 'cache-control': 'no-cache' })?.freshUntil, NOW);
  });

  it('leaves what it does not say as it was stored', () => {
    assert.equal(after({ age: '10' })?.freshUntil, NOW + 50_000);
    const kept = after({});
    assert.equal(kept?.freshUntil, NOW + 60_000, 'the Age was that of the first response');
    assert.equal(kept.etag, '"a"');
  });

  it('may name the same representation weakly, and no other', () => {
    assert.equal(after({ etag: 'W/"a"' })?.freshUntil, NOW + 60_000);
    assert.equal(after({ etag: '"b"' }), undefined);
  });

  it('renews what an older Larder stored, as far as it says how', () => {
    const old = { etag: '"a"', lastModified: null, freshUntil: NOW, policy: null };
    const now = renewed(old, exchange({ etag: '"a"', 'cache-control': 'max-age=5' }, { status: 304 }));
    assert.deepEqual([now?.etag, now?.freshUntil], ['"a"', NOW + 5000]);
  });
});
