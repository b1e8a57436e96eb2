import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Status } from '../../server/src/protocol.ts';
import { seen } from './vscode-stub.ts';

const { StatusItem } = await import('../../client/src/status.ts');
const IDLE: Status = { storePath: '/store', imageCount: 2, busy: [], lastError: null, limits: [] };
const row = (name: string): Record<string, unknown> | undefined => seen.statusItems.get(`larder.${name}`);

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
  ];
  for (const [what, status, expected] of cases) {
    it(`shows ${what}`, () => {
      new StatusItem([]).show({ ...IDLE, ...status });
      for (const [key, value] of Object.entries(expected)) assert.equal(row('status')?.[key], value, key);
    });
  }

  it('shows in a row of its own how often registries may be asked, while they say so', () => {
    const item = new StatusItem([]);
    item.show({ ...IDLE, limits: [] });
    assert.equal(row('limits'), undefined);
    const limit = { host: 'docker.io', limit: 100, remaining: 7, retryAt: null };
    const other = { host: 'r.example', limit: null, remaining: 9, retryAt: null };
    item.show({ ...IDLE, limits: [other, limit] });
    const { text, detail, severity } = row('limits') ?? {};
    assert.deepEqual(
      [text, detail, severity],
      ['Larder: 7 of 100 requests left at docker.io', '9 requests left at r.example', 0],
    );
    item.show({ ...IDLE, limits: [{ ...limit, remaining: 0 }] });
    assert.deepEqual([row('limits')?.['severity'], row('status')?.['severity']], [1, 0]);
    item.show({ ...IDLE, limits: [{ ...limit, remaining: null }] });
    assert.equal(row('limits'), undefined);
    item.show({ ...IDLE, limits: [limit] });
    item.dispose();
    assert.equal(seen.statusItems.size, 0);
  });

  it('shows that the server starts, and that it is gone', () => {
    const item = new StatusItem([]);
    item.starting();
    assert.equal(row('status')?.['busy'], true);
    item.stopped();
    assert.deepEqual([row('status')?.['busy'], row('status')?.['severity']], [false, 2]);
  });
});
