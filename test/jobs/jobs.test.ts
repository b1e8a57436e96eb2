import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { UNCONFIGURED } from '../../server/src/engine/sources/sources.ts';
import { EngineClient } from '../../server/src/jobs/engine-client.ts';
import { Jobs } from '../../server/src/jobs/jobs.ts';
import type { EngineConfig } from '../../server/src/jobs/messages.ts';
import { tagged } from '../helpers/records.ts';

const CONFIG: EngineConfig = {
  ...{ storeRoot: '/store', maxDownloads: 3, network: null, certificates: [] },
  ...{ insecureHttp: false, insecureImage: false },
  ...UNCONFIGURED,
};
const ignore = (): void => undefined;
const WATCH = { signal: new AbortController().signal, onProgress: ignore };
const GARBAGE = {
  ...{ gracePeriod: 1, dryRun: true, keep: [tagged] },
  platform: { os: 'linux', architecture: 'amd64' },
};

describe('the collection of garbage', () => {
  const script = new URL('./scripted-worker.ts', import.meta.url);
  const busy: (readonly string[])[] = [];
  const jobs: Jobs = new Jobs(
    new EngineClient(script, { debug: ignore, info: ignore, warn: ignore, error: ignore }),
    () => busy.push(jobs.busy),
  );
  after(() => jobs.close());

  it('reaches the engine as it was asked for', async () => {
    assert.deepEqual(await jobs.gc(CONFIG, GARBAGE, WATCH), { kind: 'gc', ...GARBAGE });
  });

  it('is told while it runs, by what it does', async () => {
    for (const [dryRun, words] of [
      [true, 'looking for what can go'],
      [false, 'freeing disk space'],
    ] as const) {
      busy.splice(0);
      await jobs.gc(CONFIG, { ...GARBAGE, dryRun }, WATCH);
      assert.deepEqual(busy, [[words], []]);
    }
  });
});
