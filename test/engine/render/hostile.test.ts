import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Trees } from '../../../server/src/engine/render/trees.ts';
import { openEngineFixture } from '../engine-fixture.ts';
import type { EngineFixture } from '../engine-fixture.ts';
import { linesOf, UNWATCHED } from './fixture.ts';
import { CONTENTS } from './hostile/contents.ts';
import { FORMATS } from './hostile/formats.ts';
import { LINKS } from './hostile/links.ts';
import { NAMES } from './hostile/names.ts';
import type { HostileAci, Outcome } from './hostile/outcome.ts';
import { snapshotOf } from './snapshot.ts';

const ARCHIVES: Readonly<Record<string, HostileAci>> = { ...NAMES, ...LINKS, ...CONTENTS, ...FORMATS };

/** From a file to a tree in the store, as `fetch` and `prepare` do it. */
describe('a hostile ACI', () => {
  let t: EngineFixture;
  let trees: Trees;
  before(async () => {
    t = await openEngineFixture();
    trees = new Trees(t.host, t.store);
    await fs.mkdir(join(t.directory, 'outside'));
    await fs.writeFile(join(t.directory, 'outside/secret'), 'secret', { mode: 0o600 });
  });
  after(() => t[Symbol.asyncDispose]());

  /** What becomes of the archive. */
  async function outcomeOf(aci: Buffer): Promise<Outcome> {
    await fs.writeFile(join(t.directory, 'hostile.aci'), aci);
    const imported = await outcome('import', async () => (await t.get('./hostile.aci', 'default')).imageId);
    if (typeof imported !== 'string') return imported;
    const image = { imageId: imported, aci: t.store.imagePath(imported), pathWhitelist: [], within: [] };
    const rendered = await outcome('render', async () => (await trees.ensure([image], UNWATCHED)).key);
    await t.store.removeImage(imported);
    if (typeof rendered !== 'string') return rendered;
    const lines = await linesOf(join(t.store.root, 'tree', rendered, 'rootfs'));
    assert.deepEqual(await trees.verify(rendered, UNWATCHED.signal), []);
    await trees.remove(rendered, UNWATCHED.signal);
    return { tree: lines };
  }

  for (const [what, hostile] of Object.entries(ARCHIVES)) {
    it(`with ${what} does no harm`, async () => {
      const [aci, expected] = hostile(join(t.directory, 'outside'));
      const beside = (): Promise<string[]> => snapshotOf(t.directory, ['store', 'hostile.aci']);
      const was = await beside();
      assert.deepEqual(await outcomeOf(aci), expected);
      assert.deepEqual(await beside(), was);
      const left = await Promise.all(['partial', 'tree'].map((part) => fs.readdir(join(t.store.root, part))));
      assert.deepEqual(left, [[], []]);
    });
  }
});

async function outcome(step: 'import' | 'render', body: () => Promise<string>): Promise<string | Outcome> {
  try {
    return await body();
  } catch (error) {
    const { code = String(error) } = error as { code?: string };
    return { [step]: code } as unknown as Outcome;
  }
}
