import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { staleImage } from '../../../server/src/domain/rules/stale-image.ts';
import type { StoreRecord } from '../../../server/src/domain/record.ts';
import { sourceOf } from '../../helpers/manifest-image.ts';
import { MINUTE, NOW, bareRecord, httpRecord, named } from '../../helpers/records.ts';
import { UNREADABLE, storeOf } from '../../helpers/store-view.ts';
import { run } from './run.ts';

const source = sourceOf('example.com/app:1.0', { syntax: 'appc' });
const find = (record: StoreRecord) => run(staleImage, source, storeOf({ [named.canonical]: record }));

describe('stale-image', () => {
  it('says since when, and when the server was asked', () => {
    const record = httpRecord({ etag: '"a"', freshUntil: NOW - 5 * MINUTE }, NOW - 60 * MINUTE);
    assert.deepEqual(
      find(record).map(({ rule, message }) => [rule, message]),
      [
        [
          'stale-image',
          'The store\'s copy of "example.com/app:1.0" is stale: its freshness lifetime is over (it ended 5 min ago); the server was last asked 1 h ago.',
        ],
      ],
    );
  });

  it('claims no time when the clock was set back', () => {
    const [finding] = find(httpRecord({ etag: '"a"', freshUntil: NOW + 9 * MINUTE }, NOW + 5 * MINUTE));
    assert.equal(
      finding?.message,
      'The store\'s copy of "example.com/app:1.0" is stale: the clock was set back since it was checked; the server was last asked in the future by this clock.',
    );
  });

  it('has nothing against a copy that is fresh, or of which nothing is known', () => {
    assert.deepEqual(find(httpRecord({ freshUntil: NOW + MINUTE })), []);
    assert.deepEqual(find(bareRecord), []);
    assert.deepEqual(run(staleImage, source), []);
    assert.deepEqual(run(staleImage, source, UNREADABLE), []);
  });
});
