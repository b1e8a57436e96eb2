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

const SECOND = 1000;

interface State {
  /** Headers of the image when it was fetched; undefined: it never was. */
  readonly stored?: Resource['headers'];
  readonly age?: number;
  /** What the image's server answers now, where that differs; `changed` is a newer image. */
  readonly now?: Resource | 'changed';
  /** What the discovery page answers now, where that differs. */
  readonly page?: Resource;
  /** D: the discovery page; P: the image. */
  readonly row: Row;
}

const five = (line: string): string[] => Array.from({ length: 5 }, () => line);
const expired = { stored: { etag: '"a"', 'cache-control': 'max-age=60' }, age: 61 * SECOND };
const found = 'D → 200';
const download = cell('fetched', found, 'P → 200');

const STATES: Readonly<Record<string, State>> = {
  'an empty store': { row: { store: cell('E_NOT_IN_STORE'), default: download, remote: download } },
  'an empty store, and no discovery page': {
    page: { status: 404 },
    row: {
      store: cell('E_NOT_IN_STORE'),
      default: cell('E_DISCOVERY', 'D → 404', 'D → 404'),
      remote: cell('E_DISCOVERY', 'D → 404', 'D → 404'),
    },
  },
  'a fresh copy': {
    stored: { 'cache-control': 'max-age=60' },
    age: 59 * SECOND,
    row: { ...inStore, remote: cell('cached', found), 'no-cache': download },
  },
  'an expired copy, the same ETag': {
    ...expired,
    row: {
      ...inStore,
      remote: cell('revalidated', found, 'P if-none-match="a" → 304'),
      'no-cache': download,
    },
  },
  'an expired copy, changed': {
    ...expired,
    now: 'changed',
    row: { ...inStore, remote: cell('fetched', found, 'P if-none-match="a" → 200'), 'no-cache': download },
  },
  'no caching headers': { stored: {}, row: { ...inStore, remote: download } },
  'a server that answers 404': {
    ...expired,
    now: { status: 404 },
    row: {
      ...inStore,
      remote: cell('E_NOT_FOUND', found, 'P if-none-match="a" → 404'),
      'no-cache': cell('E_NOT_FOUND', found, 'P → 404'),
    },
  },
  'a discovery page that answers 500': {
    ...expired,
    page: { status: 500 },
    row: { ...inStore, remote: cell('E_HTTP', ...five('D → 500')) },
  },
  'another image than the name says': {
    stored: {},
    now: { body: buildAci({ name: 'example.com/other' }).gzip },
    row: { ...inStore, remote: cell('E_MANIFEST', found, 'P → 200') },
  },
};

for (const [at, [what, state]] of Object.entries(STATES).entries()) {
  describe(`name: ${what}`, () => {
    for (const way of WAYS) {
      it(way, async () => {
        const name = `n${at}-${way}.example/app`;
        const aci = (content: string) => buildAci({ name, content });
        const path = `//images.example/${name}-1.aci`;
        const page = {
          body: `<meta name="ac-discovery" content="${name} https://images.example/{name}-{version}.{ext}">`,
        };
        const image = `${name}:1`;
        t.origin.serve(`//${name}?ac-discovery=1`, page);
        t.origin.serve(path, { body: aci('old').gzip, headers: state.stored ?? {} });
        if (state.stored !== undefined) await t.get(image, 'default');
        if (state.page !== undefined) t.origin.serve(`//${name}?ac-discovery=1`, state.page);
        const replaced = { body: aci('changed').gzip };
        if (state.now !== undefined) t.origin.serve(path, state.now === 'changed' ? replaced : state.now);
        t.host.now += state.age ?? 0;
        const lines = (): string[] =>
          t.origin.takeLines().map((line) => line.replace(path, 'P').replace(/^\S+\?ac-discovery=1/, 'D'));
        const now = aci(state.now === 'changed' ? 'changed' : 'old');
        await checkCell(t, image, way, state.row, lines, now.imageId);
      });
    }
  });
}
