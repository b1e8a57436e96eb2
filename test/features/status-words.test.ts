import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { freshnessOf } from '../../server/src/domain/freshness.ts';
import type { Stored } from '../../server/src/domain/image-status.ts';
import type { Image } from '../../server/src/domain/image.ts';
import type { StoreRecord } from '../../server/src/domain/record.ts';
import { statusWords, wordsChangeAt } from '../../server/src/features/status-words.ts';
import * as given from '../helpers/records.ts';
import { MINUTE, NOW, OTHER_DIGEST } from '../helpers/records.ts';

const stored = (image: Image, record: StoreRecord | undefined): Stored => ({
  kind: 'known',
  record,
  freshness: freshnessOf(image, record, NOW),
});
const etag = '"a"';

const TABLE: [Stored, string, problem: boolean, changes: number | null][] = [
  [stored(given.tagged, undefined), 'not in store', true, null],
  [stored(given.tagged, given.dockerRecord({}, NOW)), 'in store, checked just now', false, NOW + MINUTE],
  [stored(given.tagged, given.dockerRecord()), 'in store, checked 3 min ago', false, NOW + MINUTE],
  [stored(given.tagged, given.dockerRecord({}, null)), 'in store, never checked', false, null],
  [
    stored(given.tagged, given.dockerRecord({ movedTo: OTHER_DIGEST }, NOW - 120 * MINUTE)),
    'moved, seen 2 h ago',
    true,
    NOW + 60 * MINUTE,
  ],
  [stored(given.tagged, given.dockerRecord({ movedTo: OTHER_DIGEST }, null)), 'moved', true, null],
  [stored(given.pinned, given.dockerRecord()), 'pinned, in store', false, null],
  [stored(given.byId, given.bareRecord), 'pinned, in store', false, null],
  [stored(given.named, given.bareRecord), 'in store, never checked', false, null],
  [stored(given.http, given.httpRecord()), 'in store, checked 3 min ago', false, NOW + MINUTE],
  [
    stored(given.http, given.httpRecord({ freshUntil: NOW + 5000 })),
    'in store, checked 3 min ago, still fresh',
    false,
    NOW + 5000,
  ],
  [
    stored(given.http, given.httpRecord({ freshUntil: NOW - 2 * MINUTE })),
    'in store, went stale 2 min ago',
    true,
    NOW + MINUTE,
  ],
  [
    stored(given.http, given.httpRecord({ freshUntil: NOW + MINUTE, etag }, NOW + MINUTE)),
    'in store, stale',
    true,
    null,
  ],
  [{ kind: 'unknown', why: 'The store is away.' }, 'unknown: The store is away', true, null],
  [{ kind: 'unknown', why: 'x'.repeat(80) }, `unknown: ${'x'.repeat(59)}…`, true, null],
];

describe('statusWords', () => {
  for (const [status, words, problem, changes] of TABLE) {
    it(`says ${words}`, () => {
      assert.deepEqual(statusWords(status, NOW), { words, problem });
      assert.equal(wordsChangeAt(status, NOW), changes);
    });
  }
});
