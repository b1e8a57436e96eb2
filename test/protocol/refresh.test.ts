import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openStore } from '../../server/src/engine/store/store.ts';
import { PLAIN } from '../helpers/vscode-capabilities.ts';
import { dockerRemote, importImage, testHost } from '../engine/store/fixture.ts';
import { POD_URI, podOf, untilHint, workbench } from './fixture.ts';

const MINUTE = 60_000;

/** Puts `registry.example/NAME:1` into a store, as another process would; it was checked at some moment. */
async function importElsewhere(root: string, name: string, checkedAt: number): Promise<void> {
  const store = await openStore(testHost(), root);
  const content = `the content of ${name}`;
  const file = await importImage(store, content);
  await store.recordRemote(dockerRemote(name, file, { checkedAt }));
  await store.close();
}

describe('what is shown', () => {
  it('follows when another process changes the store', async () => {
    await using bench = await workbench();
    const { client } = bench;
    await client.open(POD_URI, podOf('registry.example/web:1 Never'));
    assert.deepEqual(
      (await client.diagnostics(POD_URI)).map(({ code }) => code),
      ['never-but-missing'],
    );
    await importElsewhere(bench.store, 'web', Date.now() - 3 * MINUTE);
    await untilHint(bench, POD_URI, 'in store, checked 3 min ago');
    const { refreshes } = client.received;
    await client.received.until(
      'a refresh of all',
      () => refreshes.diagnostics > 0 && refreshes.codeLenses > 0,
    );
    assert.deepEqual(await client.diagnostics(POD_URI), []);
    assert.equal((await client.codeLenses(POD_URI))[0]?.command?.title, '1 image: 1 in store');
  });

  it('follows in every window', async () => {
    await using one = await workbench();
    await using two = await workbench({ settings: { store: { path: one.store } } });
    for (const { client } of [one, two]) await client.open(POD_URI, podOf('registry.example/web:1'));
    await importElsewhere(one.store, 'web', Date.now());
    for (const bench of [one, two]) await untilHint(bench, POD_URI, 'in store, checked just now');
  });

  it('follows by itself when the age of what is known reads otherwise', async () => {
    await using bench = await workbench();
    await bench.client.open(POD_URI, podOf('registry.example/web:1'));
    await importElsewhere(bench.store, 'web', Date.now() - MINUTE + 1_500);
    await untilHint(bench, POD_URI, 'in store, checked 1 min ago');
  });

  it('is pushed to a client that only listens', async () => {
    await using bench = await workbench({ capabilities: PLAIN });
    const { client } = bench;
    await client.changeSettings({ store: { path: bench.store } });
    await client.open(POD_URI, podOf('registry.example/web:1 Never'));
    const { received } = client;
    await received.until('a diagnostic', () => received.pushed.get(POD_URI)?.length === 1);
    await importElsewhere(bench.store, 'web', Date.now());
    await received.until('no diagnostic', () => received.pushed.get(POD_URI)?.length === 0);
  });
});
