import type { Case } from '../measurement.ts';
import { BIG_MANIFEST, startLarder, startYaml, untilPushed } from '../servers.ts';
import { interleave, median, timed } from '../statistics.ts';

const ROUNDS = 10;

/** From opening a big manifest to its first diagnostics. */
export const openCase: Case = {
  name: 'open',
  async run(bench) {
    const { client: larder } = await startLarder(bench);
    const yaml = await startYaml();
    const uri = (round: number): string => `file:///bench/deployments-${round}.yaml`;
    const times = await interleave(
      ROUNDS,
      {
        async ours(round) {
          const milliseconds = await timed(async () => {
            await larder.open(uri(round), BIG_MANIFEST);
            await larder.diagnostics(uri(round));
          });
          await larder.closeDocument(uri(round));
          return milliseconds;
        },
        async yaml(round) {
          const milliseconds = await untilPushed(yaml, uri(round), () => yaml.open(uri(round), BIG_MANIFEST));
          await yaml.closeDocument(uri(round));
          return milliseconds;
        },
      },
      2,
    );
    await larder.close();
    await yaml.close();
    return [
      {
        what: 'open → first diagnostics',
        unit: 'ms',
        ours: median(times.ours),
        peer: { name: 'yaml-language-server', value: median(times.yaml) },
        bar: { ratio: 1 / 3 },
      },
    ];
  },
};
