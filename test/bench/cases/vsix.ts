import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../context.ts';
import type { Case } from '../measurement.ts';
import { measure } from '../processes.ts';

/** The size of the extension as it is downloaded. */
export const vsixCase: Case = {
  name: 'vsix',
  async run(bench) {
    const file = join(await bench.directory(), 'larder.vsix');
    await measure(
      ...[join(ROOT, 'node_modules/.bin/vsce'), 'package', '--no-dependencies', '--allow-missing-repository'],
      ...['--no-rewrite-relative-links', '-o', file],
    );
    return [{ what: 'VSIX', unit: 'MB', ours: (await stat(file)).size / 1e6, bar: { most: 1.5 } }];
  },
};
