import type { Case } from '../measurement.ts';
import { BIG_MANIFEST, keystroke, startLarder, startYaml, untilPushed } from '../servers.ts';
import { interleave, median, percentile, timed } from '../statistics.ts';

const URI = 'file:///bench/deployments.yaml';
const ROUNDS = 100;

/** From a change in the middle of a big manifest to its diagnostics. */
export const keystrokeCase: Case = {
  name: 'keystroke',
  async run(bench) {
    const { client: larder } = await startLarder(bench);
    const yaml = await startYaml();
    await larder.open(URI, BIG_MANIFEST);
    await larder.diagnostics(URI);
    await untilPushed(yaml, URI, () => yaml.open(URI, BIG_MANIFEST));
    const times = await interleave(
      ROUNDS,
      {
        ours: (round) =>
          timed(async () => {
            await larder.change(URI, keystroke(round));
            await larder.diagnostics(URI);
          }),
        yaml: (round) => untilPushed(yaml, URI, () => yaml.change(URI, keystroke(round))),
      },
      10,
    );
    await larder.close();
    await yaml.close();
    const peer = 'yaml-language-server';
    return [
      {
        what: 'keystroke → diagnostics, median',
        unit: 'ms',
        ours: median(times.ours),
        peer: { name: peer, value: median(times.yaml) },
      },
      {
        what: 'keystroke → diagnostics, p95',
        unit: 'ms',
        ours: percentile(times.ours, 95),
        peer: { name: peer, value: percentile(times.yaml, 95) },
        bar: { ratio: 1 / 20, most: 15 },
      },
    ];
  },
};
