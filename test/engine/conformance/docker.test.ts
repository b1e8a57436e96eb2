import { after, before, describe, it } from 'node:test';
import { buildImage } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';
import type { Fault } from '../../helpers/registry-faults.ts';
import { openEngineFixture } from '../engine-fixture.ts';
import type { EngineFixture } from '../engine-fixture.ts';
import { cell, checkCell, inStore, WAYS } from './cells.ts';
import type { Row } from './cells.ts';

let t: EngineFixture;
before(async () => (t = await openEngineFixture()));
after(() => t[Symbol.asyncDispose]());

interface State {
  readonly stored?: true;
  readonly moved?: true;
  readonly fault?: Fault;
  /** H: HEAD of the manifest; M: GET of it; B: GET of a blob. */
  readonly row: Row;
}

const five = (line: string): string[] => Array.from({ length: 5 }, () => line);
const pull = cell('fetched', 'M → 200', 'B → 200', 'B → 200');

const STATES: Readonly<Record<string, State>> = {
  'an empty store': { row: { store: cell('E_NOT_IN_STORE'), default: pull, remote: pull } },
  'an unchanged tag': {
    stored: true,
    row: { ...inStore, remote: cell('revalidated', 'H → 200'), 'no-cache': cell('fetched', 'M → 200') },
  },
  'a moved tag': {
    stored: true,
    moved: true,
    row: {
      ...inStore,
      // What the new digest is shows whether the image is another; then the tag is pulled.
      remote: cell('fetched', 'H → 200', 'M → 200', 'M → 200', 'B → 200', 'B → 200'),
      'no-cache': pull,
    },
  },
  'a registry that answers 500': {
    stored: true,
    fault: { kind: 'status', status: 500 },
    row: {
      ...inStore,
      remote: cell('E_HTTP', ...five('H → 500')),
      'no-cache': cell('E_HTTP', ...five('M → 500')),
    },
  },
  'a registry that answers 404': {
    stored: true,
    fault: { kind: 'status', status: 404 },
    row: { ...inStore, remote: cell('E_NOT_FOUND', 'H → 404'), 'no-cache': cell('E_NOT_FOUND', 'M → 404') },
  },
};

const imageOf = (content: string): Promise<TestImage> =>
  buildImage({ layers: [{ files: [{ name: 'file', content }] }] });

for (const [at, [what, state]] of Object.entries(STATES).entries()) {
  describe(`docker: ${what}`, () => {
    for (const way of WAYS) {
      it(way, async () => {
        const repository = `${at}/${way}`;
        const image = `docker://${t.registry.host}/${repository}:1`;
        t.registry.push(repository, '1', await imageOf(repository));
        if (state.stored) await t.get(image, 'default');
        if (state.moved) t.registry.move(repository, '1', await imageOf(`${repository} moved`));
        if (state.fault !== undefined) t.registry.misbehave(`/v2/${repository}/manifests/1`, state.fault);
        const lines = (): string[] => {
          const seen = t.registry.requests.map(({ method, path, status }) => {
            const kind = path.includes('/blobs/') ? 'B' : method === 'HEAD' ? 'H' : 'M';
            return `${kind} → ${status}`;
          });
          t.registry.clearRequests();
          return seen;
        };
        // The ID of a converted image is not known beforehand; that it is another one shows in the requests.
        await checkCell(t, image, way, state.row, lines, undefined);
      });
    }
  });
}
