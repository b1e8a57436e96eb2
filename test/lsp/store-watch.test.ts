import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { LarderError } from '../../server/src/domain/errors.ts';
import { StoreWatch } from '../../server/src/lsp/store-watch.ts';
import { openStore } from '../../server/src/engine/store/store.ts';
import { importImage, testHost } from '../engine/store/fixture.ts';

const silent = (): void => undefined;
const LOG = { debug: silent, info: silent, warn: silent, error: silent };

describe('StoreWatch', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'larder-watch-'));
  after(() => rm(directory, { recursive: true, force: true }));

  const countOf = ({ state }: StoreWatch): number | string =>
    state.kind === 'ready' ? state.view.imageCount : state.why;

  it('knows nothing before it has read a store', () => {
    const watch = new StoreWatch(LOG, silent);
    assert.equal(watch.state.kind, 'unknown');
    assert.equal(watch.path, undefined);
  });

  it('tells of a store, and of what others put into it', async () => {
    const root = join(directory, 'shared');
    const changes: (number | string)[] = [];
    const watch = new StoreWatch(LOG, () => changes.push(countOf(watch)));
    await watch.use(() => root);
    assert.deepEqual([watch.path, countOf(watch), changes], [root, 0, []]);
    const store = await openStore(testHost(), root);
    await importImage(store, 'an image');
    await watch.check();
    assert.equal(countOf(watch), 1);
    assert.equal(changes.at(-1), 1);
    await store.close();
    watch.close();
  });

  it('reads another store when it is told to, and does not read one twice', async () => {
    const watch = new StoreWatch(LOG, silent);
    await watch.use(() => join(directory, 'one'));
    const { state } = watch;
    await watch.use(() => join(directory, 'one'));
    assert.equal(watch.state, state);
    await watch.use(() => join(directory, 'two'));
    assert.equal(watch.path, join(directory, 'two'));
    assert.notEqual(watch.state, state);
    watch.close();
  });

  it('keeps to the last of two that are asked for at once', async () => {
    const watch = new StoreWatch(LOG, silent);
    await Promise.all([watch.use(() => join(directory, 'one')), watch.use(() => join(directory, 'two'))]);
    assert.equal(watch.path, join(directory, 'two'));
    assert.equal(countOf(watch), 0);
    watch.close();
  });

  it('says why there is none', async () => {
    const watch = new StoreWatch(LOG, silent);
    await watch.use(() => {
      throw new LarderError('E_USAGE', 'There is no home.');
    });
    assert.equal(countOf(watch), 'There is no home.');
    await watch.use(() => join(directory, 'one'));
    assert.equal(countOf(watch), 0);
    watch.close();
  });
});
