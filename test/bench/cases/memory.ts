import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { FIVE_LAYERS, TEN_TIMES } from '../image-shapes.ts';
import type { ImageShape } from '../images.ts';
import type { Case } from '../measurement.ts';
import { larder } from '../processes.ts';
import { median } from '../statistics.ts';

const ROUNDS = 3;

/** The most memory that `larder fetch` takes; it must not depend on the image's size. */
export const memoryCase: Case = {
  name: 'memory',
  async run(bench) {
    const small = await peak(bench, FIVE_LAYERS);
    const big = await peak(bench, TEN_TIMES);
    return [
      { what: 'memory of a pull, 200 MB', unit: 'MB', ours: small, bar: { most: 200 } },
      {
        what: 'memory of a pull, 2 GB',
        unit: 'MB',
        ours: big,
        peer: { name: 'larder, 200 MB', value: small },
        bar: { most: 200 },
      },
    ];
  },
};

async function peak(bench: Bench, shape: ImageShape): Promise<number> {
  const image = await bench.image(shape);
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const store = join(await bench.directory(), 'store');
    peaks.push((await larder('fetch', '--dir', store, `docker://${image}`)).peakRss / 1e6);
  }
  return median(peaks);
}
