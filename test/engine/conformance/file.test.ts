import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildAci } from '../../helpers/aci.ts';
import { openEngineFixture } from '../engine-fixture.ts';
import type { EngineFixture } from '../engine-fixture.ts';
import { cell, checkCell, WAYS } from './cells.ts';
import type { Cell } from './cells.ts';

let t: EngineFixture;
before(async () => (t = await openEngineFixture()));
after(() => t[Symbol.asyncDispose]());

const [old, changed] = [buildAci({ content: 'old' }), buildAci({ content: 'changed' })];

interface State {
  /** Imported before. */
  readonly stored?: Buffer;
  /** In the file now. */
  readonly now?: Buffer;
  /** The same in every mode: a file is used as it is. */
  readonly cell: Cell;
}

const STATES: Readonly<Record<string, State>> = {
  'an empty store': { now: changed.gzip, cell: cell('fetched') },
  'the same bytes as before': { stored: changed.gzip, now: changed.gzip, cell: cell('fetched') },
  'the same image, compressed otherwise': { stored: changed.gzip, now: changed.bytes, cell: cell('fetched') },
  'another image than before': { stored: old.gzip, now: changed.gzip, cell: cell('fetched') },
  'no file': { cell: cell('E_FILE') },
  'no ACI': { stored: old.gzip, now: Buffer.from('hello'), cell: cell('E_ARCHIVE') },
  'half of an ACI': { now: changed.gzip.subarray(0, 200), cell: cell('E_DECOMPRESS') },
};

for (const [at, [what, state]] of Object.entries(STATES).entries()) {
  describe(`file: ${what}`, () => {
    for (const way of WAYS) {
      it(way, async () => {
        const name = `./${at}-${way}.aci`;
        if (state.stored !== undefined) {
          await writeFile(join(t.directory, name), state.stored);
          await t.get(name, 'default');
        }
        if (state.now !== undefined) await writeFile(join(t.directory, name), state.now);
        const row = { store: state.cell, default: state.cell, remote: state.cell };
        await checkCell(t, name, way, row, () => t.origin.takeLines(), changed.imageId);
      });
    }
  });
}
