import { startLspClient } from '../../helpers/lsp-client.ts';
import { LARDER_SERVER, YAML_SERVER } from '../context.ts';
import type { Case } from '../measurement.ts';
import { interleave, median } from '../statistics.ts';

const ROUNDS = 15;

/** From starting a server to its answer to `initialize`. */
export const startCase: Case = {
  name: 'start',
  async run() {
    const start = (script: string) => async (): Promise<number> => {
      const begin = performance.now();
      const client = await startLspClient({ script, sayInitialized: false });
      const milliseconds = performance.now() - begin;
      await client.close();
      return milliseconds;
    };
    const times = await interleave(ROUNDS, { ours: start(LARDER_SERVER), yaml: start(YAML_SERVER) }, 2);
    return [
      {
        what: 'server start → `initialize` answered',
        unit: 'ms',
        ours: median(times.ours),
        peer: { name: 'yaml-language-server', value: median(times.yaml) },
        bar: { ratio: 1 / 2 },
      },
    ];
  },
};
