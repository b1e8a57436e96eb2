import type { FetchItem } from '../../../server/src/protocol.ts';
import { buildImage } from '../../helpers/images.ts';
import { startRegistry } from '../../helpers/registry.ts';
import type { Registry } from '../../helpers/registry.ts';
import type { Bench } from '../context.ts';
import { imageContent } from '../content.ts';
import { deployments } from '../manifests.ts';
import type { Case } from '../measurement.ts';
import { startLarder } from '../servers.ts';
import { interleave, median, timed } from '../statistics.ts';

const DISTINCT = 40;
/** 201 containers. */
const DOCUMENTS = 67;
const ROUNDS = 3;
/** How long the registry takes for an answer: it is far away, as registries are. Milliseconds. */
const LATENCY = 50;
const URI = 'file:///bench/prefetch.yaml';

/** Everything that a manifest lacks, with one command; and image by image, each when the one before is there. */
export const prefetchCase: Case = {
  name: 'prefetch',
  async run(bench) {
    const registry = await startRegistry();
    for (let index = 0; index < DISTINCT; index++) {
      const content = imageContent(`prefetch ${index}`, 100_000);
      registry.push(
        `app${index}`,
        '1',
        await buildImage({ layers: [{ files: [{ name: 'app', content }] }] }),
      );
    }
    registry.misbehave('', { kind: 'drip', size: 1 << 20, delay: LATENCY });
    const images: number[] = [];
    const times = await interleave(ROUNDS, {
      async ours() {
        registry.clearRequests();
        const milliseconds = await prefetch(bench, registry, (fetch, items) => fetch(items));
        images.push(registry.requests.filter(({ path }) => path.includes('/manifests/')).length);
        return milliseconds;
      },
      oneByOne: () =>
        prefetch(bench, registry, async (fetch, items) => {
          for (const item of items) await fetch([item]);
        }),
    });
    await registry.close();
    return [
      {
        what: 'prefetch a manifest: 200 containers, 40 images',
        unit: 's',
        ours: median(times.ours) / 1000,
        peer: { name: 'larder, one at a time', value: median(times.oneByOne) / 1000 },
        bar: { ratio: 1 / 3 },
      },
      {
        what: 'prefetch a manifest: requests for images',
        unit: 'requests',
        ours: median(images),
        bar: { most: DISTINCT },
      },
    ];
  },
};

/** Fetches what a manifest lacks into an empty store; how long it took, in milliseconds. */
async function prefetch(
  bench: Bench,
  registry: Registry,
  order: (
    fetch: (items: readonly FetchItem[]) => Promise<unknown>,
    items: readonly FetchItem[],
  ) => Promise<unknown>,
): Promise<number> {
  const server = await startLarder(bench, 0);
  const { client } = server;
  await client.open(
    URI,
    deployments(DOCUMENTS, (container) => `${registry.host}/app${container % DISTINCT}:1`),
  );
  const milliseconds = await timed(async () => {
    const items = await client.images({ uri: URI, which: 'missing' });
    await order((some) => server.fetchAll(some), items);
  });
  await client.close();
  return milliseconds;
}
