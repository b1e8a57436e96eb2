import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Status } from '../../server/src/protocol.ts';
import { seen } from './vscode-stub.ts';

const { StatusItem } = await import('../../client/src/status.ts');
const IDLE: Status = { storePath: '/store', imageCount: 2, busy: [], lastError: null, limits: [] };

describe('StatusItem', () => {
  const cases: readonly (readonly [string, Partial<Status>, Record<string, unknown>])[] = [
    ['the store', {}, { text: 'Larder: 2 images in the store', detail: '/store', busy: false, severity: 0 }],
    ['one image', { imageCount: 1 }, { text: 'Larder: 1 image in the store' }],
    ['a job', { busy: ['fetching a:1'] }, { text: 'Larder: fetching a:1', busy: true }],
    ['several jobs', { busy: ['fetching a:1', 'x', 'y'] }, { text: 'Larder: fetching a:1 and 2 more' }],
    [
      'the last error',
      { imageCount: null, lastError: 'It is damaged.' },
      { text: 'Larder: the store cannot be read', detail: 'It is damaged.', severity: 1 },
    ],
    [
      'how many requests are left',
      { limits: [{ host: 'docker.io', limit: 100, remaining: 7, retryAt: null }] },
      { detail: '/store · docker.io: 7 of 100 requests left', severity: 0 },
    ],
    [
      'that none are left',
      { limits: [{ host: 'docker.io', limit: 100, remaining: 0, retryAt: null }] },
      { detail: '/store · docker.io: 0 of 100 requests left', severity: 1 },
    ],
  ];
  for (const [what, status, expected] of cases) {
    it(`shows ${what}`, () => {
      new StatusItem([]).show({ ...IDLE, ...status });
      for (const [key, value] of Object.entries(expected)) assert.equal(seen.statusItem[key], value, key);
    });
  }

  it('shows that the server starts, and that it is gone', () => {
    const item = new StatusItem([]);
    item.starting();
    assert.equal(seen.statusItem['busy'], true);
    item.stopped();
    assert.deepEqual([seen.statusItem['busy'], seen.statusItem['severity']], [false, 2]);
  });
});
