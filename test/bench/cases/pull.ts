import { join } from 'node:path';
import type { Bench } from '../context.ts';
import { FIVE_LAYERS, MANY_FILES } from '../image-shapes.ts';
import type { ImageShape } from '../images.ts';
import type { Case, Measurement } from '../measurement.ts';
import { larder, measure } from '../processes.ts';
import { interleave, median } from '../statistics.ts';

const ROUNDS = 7;

/** Pulling from a registry next door and converting: by `larder fetch`, and by tools that inflate and write the same files. */
export const pullCase: Case = {
  name: 'pull',
  run: (bench) => pull(bench, 'pull + convert, five layers, 200 MB', FIVE_LAYERS),
};

export const manyFilesCase: Case = {
  name: 'many-files',
  run: (bench) => pull(bench, 'pull + convert, 20,000 files', MANY_FILES),
};

async function pull(bench: Bench, what: string, shape: ImageShape): Promise<Measurement[]> {
  const image = await bench.image(shape);
  let copied: number[] = [];
  const times = await interleave(
    ROUNDS,
    {
      async ours() {
        const store = join(await bench.directory(), 'store');
        return (await larder('fetch', '--dir', store, `docker://${image}`)).milliseconds;
      },
      async tools() {
        const directory = await bench.directory();
        const layout = `${join(directory, 'layout')}:1`;
        const bundle = join(directory, 'bundle');
        const copy = await measure('skopeo', ...skopeoCopy(image, layout));
        const unpack = await measure('umoci', 'unpack', '--rootless', '--image', layout, bundle);
        copied = [...copied, copy.milliseconds];
        return copy.milliseconds + unpack.milliseconds;
      },
    },
    1,
  );
  const seconds = (values: readonly number[]): number => median(values) / 1000;
  return [
    {
      what,
      unit: 's',
      ours: seconds(times.ours),
      peer: { name: 'skopeo copy + umoci unpack', value: seconds(times.tools) },
      bar: { ratio: 0.5 },
    },
    {
      what: `${what} (copied only)`,
      unit: 's',
      ours: seconds(times.ours),
      peer: { name: 'skopeo copy', value: seconds(copied) },
    },
  ];
}

/** Arguments for skopeo that copy an image from the registry into an OCI layout. */
export function skopeoCopy(image: string, layout: string): string[] {
  return ['copy', '--quiet', '--src-tls-verify=false', `docker://${image}`, `oci:${layout}`];
}
