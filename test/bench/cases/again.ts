import { join } from 'node:path';
import { buildImage } from '../../helpers/images.ts';
import { startRegistry } from '../../helpers/registry.ts';
import { imageContent } from '../content.ts';
import { FIVE_LAYERS } from '../image-shapes.ts';
import type { Case, Measurement } from '../measurement.ts';
import { measure } from '../processes.ts';
import { startLarder } from '../servers.ts';
import { interleave, median, timed } from '../statistics.ts';
import type { Bench } from '../context.ts';
import { skopeoCopy } from './pull.ts';

const ROUNDS = 20;
const LAYER_SIZE = 1_000_000;

/** Pulling what is in the store: the tag has not moved, or has. */
export const againCase: Case = {
  name: 'again',
  run: async (bench) => [await unchanged(bench), ...(await countedRequests(bench))],
};

async function unchanged(bench: Bench): Promise<Measurement> {
  const image = await bench.image(FIVE_LAYERS);
  const server = await startLarder(bench, 0);
  await server.fetch(image);
  const layout = `${join(await bench.directory(), 'layout')}:1`;
  await measure('skopeo', ...skopeoCopy(image, layout));
  const times = await interleave(
    ROUNDS,
    {
      ours: () => timed(() => server.fetch(image)),
      skopeo: async () => (await measure('skopeo', ...skopeoCopy(image, layout))).milliseconds,
    },
    2,
  );
  await server.client.close();
  return {
    what: 'pull again, unchanged, in the running server',
    unit: 'ms',
    ours: median(times.ours),
    peer: { name: 'skopeo copy', value: median(times.skopeo) },
    bar: { ratio: 1 },
  };
}

/** What goes over the wire, as a registry sees it that writes everything down. */
async function countedRequests(bench: Bench): Promise<Measurement[]> {
  const name = 'bench/moving';
  const layers = (last: string): Parameters<typeof buildImage>[0]['layers'] =>
    ['1', '2', '3', '4', last].map((seed) => ({
      files: [{ name: seed, content: imageContent(seed, LAYER_SIZE) }],
    }));
  const before = await buildImage({ layers: layers('5') });
  const after = await buildImage({ layers: layers('6') });
  const registry = await startRegistry();
  const server = await startLarder(bench, 0);
  registry.push(name, '1', before);
  await server.fetch(`${registry.host}/${name}:1`);

  registry.clearRequests();
  await server.fetch(`${registry.host}/${name}:1`);
  const again = registry.requests.length;
  bench.note(`  again: ${registry.requestLines.join(', ')}`);

  registry.move(name, '1', after);
  registry.clearRequests();
  await server.fetch(`${registry.host}/${name}:1`);
  const received = registry.requests
    .filter(({ path }) => path.includes('/blobs/'))
    .reduce((sum, { bytesSent }) => sum + bytesSent, 0);
  bench.note(`  moved: ${registry.requestLines.join(', ')}`);
  await server.client.close();
  await registry.close();
  const needed = [after.layers.at(-1), after.config].reduce(
    (sum, content) => sum + (content?.bytes.length ?? 0),
    0,
  );
  return [
    { what: 'pull again, unchanged: requests', unit: 'requests', ours: again, bar: { most: 1 } },
    {
      what: 'pull after a tag moved: downloaded beside manifests',
      unit: 'MB',
      ours: received / 1e6,
      peer: { name: 'the new layer and configuration', value: needed / 1e6 },
      bar: { ratio: 1 },
    },
  ];
}
