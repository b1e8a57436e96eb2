import { after, before, describe, it } from 'node:test';
import { buildAci } from '../../helpers/aci.ts';
import type { Resource } from '../../helpers/origin.ts';
import { openEngineFixture } from '../engine-fixture.ts';
import type { EngineFixture } from '../engine-fixture.ts';
import { cell, checkCell, inStore, WAYS } from './cells.ts';
import type { Row } from './cells.ts';

let t: EngineFixture;
before(async () => (t = await openEngineFixture()));
after(() => t[Symbol.asyncDispose]());

const [old, changed] = [buildAci({ content: 'old' }), buildAci({ content: 'changed' })];
const SECOND = 1000;
const modified = 'Thu, 15 Jan 2026 11:00:00 GMT';

interface State {
  /** What the server answered when the image was fetched; undefined: it never was. */
  readonly stored?: Resource['headers'];
  /** How long ago that was, in milliseconds. */
  readonly age?: number;
  /** What it answers now, where that differs. */
  readonly now?: Resource;
  readonly row: Row;
}

const five = (line: string): string[] => Array.from({ length: 5 }, () => line);
const etag = { etag: '"a"' };
const expired = { stored: { ...etag, 'cache-control': 'max-age=60' }, age: 61 * SECOND };
const download = cell('fetched', 'P → 200');
const revalidation = cell('revalidated', 'P if-none-match="a" → 304');
const revalidates: Row = { ...inStore, remote: revalidation, 'no-cache': download };
const downloads: Row = { ...inStore, remote: download };
const replaced: Resource = { body: changed.gzip, headers: { etag: '"b"' } };

const STATES: Readonly<Record<string, State>> = {
  'an empty store': { row: { store: cell('E_NOT_IN_STORE'), default: download, remote: download } },
  'an empty store, and a server that answers 404': {
    now: { status: 404 },
    row: {
      store: cell('E_NOT_IN_STORE'),
      default: cell('E_NOT_FOUND', 'P → 404'),
      remote: cell('E_NOT_FOUND', 'P → 404'),
    },
  },
  'a fresh copy': {
    stored: { ...etag, 'cache-control': 'max-age=60' },
    age: 59 * SECOND,
    row: { ...inStore, remote: cell('cached'), 'no-cache': download },
  },
  'a fresh copy by Expires': {
    stored: { expires: 'Thu, 15 Jan 2099 12:00:00 GMT' },
    row: { ...inStore, remote: cell('cached'), 'no-cache': download },
  },
  'an expired copy, the same ETag': { ...expired, row: revalidates },
  'an expired copy, changed': {
    ...expired,
    now: replaced,
    row: { ...inStore, remote: cell('fetched', 'P if-none-match="a" → 200'), 'no-cache': download },
  },
  'an expired copy without a validator': {
    stored: { 'cache-control': 'max-age=60' },
    age: 61 * SECOND,
    row: downloads,
  },
  'a copy with an ETag alone': { stored: etag, row: revalidates },
  'a copy with a weak ETag': {
    stored: { etag: 'W/"a"' },
    row: { ...inStore, remote: cell('revalidated', 'P if-none-match=W/"a" → 304'), 'no-cache': download },
  },
  'a copy with Last-Modified alone': {
    stored: { 'last-modified': modified },
    row: {
      ...inStore,
      remote: cell('revalidated', `P if-modified-since=${modified} → 304`),
      'no-cache': download,
    },
  },
  'a copy with both validators': {
    stored: { ...etag, 'last-modified': modified },
    row: {
      ...inStore,
      remote: cell('revalidated', `P if-none-match="a" if-modified-since=${modified} → 304`),
      'no-cache': download,
    },
  },
  'no caching headers': { stored: {}, row: downloads },
  'max-age before no-cache': {
    stored: { ...etag, 'cache-control': 'max-age=60, no-cache' },
    row: revalidates,
  },
  'no-cache before max-age': {
    stored: { ...etag, 'cache-control': 'no-cache, max-age=60' },
    row: revalidates,
  },
  'max-age before no-store': { stored: { ...etag, 'cache-control': 'max-age=60, no-store' }, row: downloads },
  'no-store before max-age': { stored: { ...etag, 'cache-control': 'no-store, max-age=60' }, row: downloads },
  'must-revalidate': {
    stored: { ...etag, 'cache-control': 'max-age=60, must-revalidate' },
    row: { ...inStore, remote: cell('cached'), 'no-cache': download },
  },
  'a server that breaks connections': {
    ...expired,
    now: { reset: true },
    row: {
      ...inStore,
      remote: cell('E_OFFLINE', ...five('P if-none-match="a" → 0')),
      'no-cache': cell('E_OFFLINE', ...five('P → 0')),
    },
  },
  'a server that answers 500': {
    ...expired,
    now: { status: 500 },
    row: {
      ...inStore,
      remote: cell('E_HTTP', ...five('P if-none-match="a" → 500')),
      'no-cache': cell('E_HTTP', ...five('P → 500')),
    },
  },
  'a server that answers 404': {
    ...expired,
    now: { status: 404 },
    row: {
      ...inStore,
      remote: cell('E_NOT_FOUND', 'P if-none-match="a" → 404'),
      'no-cache': cell('E_NOT_FOUND', 'P → 404'),
    },
  },
  'a server that says 304 to everything': {
    stored: {},
    now: { status: 304 },
    row: { ...inStore, remote: cell('E_PROTOCOL', 'P → 304') },
  },
  'a server that sends no ACI any more': {
    ...expired,
    now: { body: '<html>Welcome</html>' },
    row: {
      ...inStore,
      remote: cell('E_ARCHIVE', 'P if-none-match="a" → 200'),
      'no-cache': cell('E_ARCHIVE', 'P → 200'),
    },
  },
};

for (const [at, [what, state]] of Object.entries(STATES).entries()) {
  describe(`http: ${what}`, () => {
    for (const way of WAYS) {
      it(way, async () => {
        const path = `/${at}/${way}.aci`;
        t.origin.serve(path, { body: old.gzip, headers: state.stored ?? {} });
        if (state.stored !== undefined) await t.get(path, 'default');
        if (state.now !== undefined) t.origin.serve(path, state.now);
        t.host.now += state.age ?? 0;
        const lines = (): string[] => t.origin.takeLines().map((line) => line.replace(path, 'P'));
        const now = state.now === replaced ? changed : old;
        await checkCell(t, path, way, state.row, lines, now.imageId);
      });
    }
  });
}
