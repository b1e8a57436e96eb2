import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { StatusReporter } from '../../server/src/lsp/status.ts';
import type { Status } from '../../server/src/protocol.ts';

const IDLE: Status = { storePath: '/store', imageCount: 1, busy: [], lastError: null, limits: [] };

describe('StatusReporter', () => {
  it('tells a change once', () => {
    const sent: Status[] = [];
    const reporter = new StatusReporter((status) => sent.push(status));
    const busy = { ...IDLE, busy: ['fetching nginx:1.27'] };
    for (const status of [IDLE, { ...IDLE }, busy, { ...busy, busy: [...busy.busy] }, IDLE])
      reporter.report(status);
    assert.deepEqual(sent, [IDLE, busy, IDLE]);
  });
});
