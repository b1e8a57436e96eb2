import { stat } from 'node:fs/promises';
import { parseReference } from '../../../server/src/domain/reference.ts';
import { canonicalReference } from '../../../server/src/domain/reference.ts';
import { openStore } from '../../../server/src/engine/store/store.ts';
import { createHost } from '../../../server/src/host.ts';
import type { Bench } from '../context.ts';
import type { Case, Measurement } from '../measurement.ts';
import { median, timed } from '../statistics.ts';
import { PLATFORM, storedImage, writeStore } from '../stores.ts';
import { join } from 'node:path';

const WRITES = 20;

/** The store's index: one look-up, one durable write; and how that grows. */
export const indexCase: Case = {
  name: 'index',
  run: async (bench) => [
    ...(await measureIndex(bench, 10_000, true)),
    ...(await measureIndex(bench, 100_000, false)),
  ],
};

async function measureIndex(bench: Bench, rows: number, judged: boolean): Promise<Measurement[]> {
  const root = await bench.directory();
  await writeStore(root, rows);
  const ignore = (): void => undefined;
  const host = createHost({ log: { debug: ignore, info: ignore, warn: ignore, error: ignore } });
  const store = await openStore(host, root);
  const images = Array.from({ length: rows }, (_, index) => {
    const reference = parseReference(storedImage(index));
    return { kind: 'docker' as const, canonical: canonicalReference(reference), reference };
  });
  const lookups: number[] = [];
  for (const image of images) {
    lookups.push(await timed(() => store.view().find(image, PLATFORM)));
  }
  const record = images[0] && store.view().find(images[0], PLATFORM)?.remote;
  if (!record) throw new Error('the first image is not found');
  const writes: number[] = [];
  for (let write = 0; write < WRITES; write++) {
    writes.push(await timed(() => store.recordRemote({ ...record, checkedAt: Date.now() })));
  }
  const { size } = await stat(join(root, 'index.sqlite'));
  await store.close();
  const of = `index of ${rows.toLocaleString('en')} images`;
  return [
    {
      what: `${of}: look-up`,
      unit: 'µs',
      ours: median(lookups) * 1000,
      ...(judged && { bar: { most: 50 } }),
    },
    {
      what: `${of}: durable write`,
      unit: 'ms',
      ours: median(writes),
      ...(judged && { bar: { most: 30 } }),
    },
    { what: `${of}: file`, unit: 'MB', ours: size / 1e6 },
  ];
}
