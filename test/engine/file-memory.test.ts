import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FileMemory } from '../../server/src/engine/file-memory.ts';

/** A memory of one file that is changed by hand. */
function memory() {
  const state = { now: 0, stamp: 'a', stamps: 0, reads: 0, broken: false };
  const value = new FileMemory(
    { now: () => state.now },
    () => {
      state.stamps++;
      return state.stamp === '' ? Promise.reject(new Error('no stamp')) : Promise.resolve(state.stamp);
    },
    () => {
      state.reads++;
      return state.broken ? Promise.reject(new Error('broken')) : Promise.resolve({ of: state.stamp });
    },
  );
  return { state, value };
}

describe('the memory of files', () => {
  it('reads when it is asked, and once for all who ask', async () => {
    const { state, value } = memory();
    assert.equal(state.stamps, 0);
    const [one, other] = await Promise.all([value.get(), value.get()]);
    assert.equal(one, other);
    assert.deepEqual([state.stamps, state.reads], [1, 1]);
  });

  it('looks for changes once a second, and keeps what has not changed', async () => {
    const { state, value } = memory();
    const first = await value.get();
    state.stamp = 'b';
    state.now = 999;
    assert.equal(await value.get(), first);
    assert.equal(state.stamps, 1);
    state.now = 1000;
    assert.deepEqual(await value.get(), { of: 'b' });
    state.now = 2000;
    await value.get();
    assert.deepEqual([state.stamps, state.reads], [3, 2]);
  });

  it('looks at once when the clock is set back', async () => {
    const { state, value } = memory();
    state.now = 1_000_000;
    await value.get();
    state.stamp = 'b';
    state.now = 0;
    assert.deepEqual(await value.get(), { of: 'b' });
  });

  it('remembers a failure until there is a change', async () => {
    const { state, value } = memory();
    state.broken = true;
    await assert.rejects(value.get(), /broken/);
    state.now = 1000;
    await assert.rejects(value.get(), /broken/);
    assert.equal(state.reads, 1);
    state.broken = false;
    state.stamp = 'b';
    state.now = 2000;
    assert.deepEqual(await value.get(), { of: 'b' });
  });

  it('tries anew what could not be looked at', async () => {
    const { state, value } = memory();
    state.stamp = '';
    await assert.rejects(value.get(), /no stamp/);
    state.stamp = 'a';
    state.now = 1000;
    assert.deepEqual(await value.get(), { of: 'a' });
  });
});
