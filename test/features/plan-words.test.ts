import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { plan } from '../../server/src/domain/plan.ts';
import type { Image } from '../../server/src/domain/image.ts';
import type { PullMode } from '../../server/src/domain/pull-mode.ts';
import type { StoreRecord } from '../../server/src/domain/record.ts';
import { planWords } from '../../server/src/features/plan-words.ts';
import * as given from '../helpers/records.ts';
import { NOW } from '../helpers/records.ts';

const TABLE: [PullMode, Image, StoreRecord | undefined, string][] = [
  ['store', given.tagged, undefined, 'fails: the store has nothing for it, and only the store was asked'],
  ['store', given.tagged, given.dockerRecord(), 'uses the copy in the store (the store has this URL)'],
  [
    'default',
    given.tagged,
    undefined,
    'downloads what the store lacks, then puts it into the store (the store has nothing for it)',
  ],
  [
    'remote',
    given.tagged,
    given.dockerRecord(),
    'asks the registry for the digest (a tag can move); if unchanged, uses the copy in the store; if changed, downloads what the store lacks, then puts it into the store',
  ],
  ['remote', given.pinned, given.dockerRecord(), 'uses the copy in the store (a digest cannot change)'],
  [
    'remote',
    given.named,
    undefined,
    'finds the URL by discovery (a name leads to a URL, which is then got in the same mode)',
  ],
];

describe('planWords', () => {
  for (const [mode, image, record, words] of TABLE) {
    it(`${mode}, ${image.kind}, ${record ? 'in store' : 'missing'}: ${words}`, () => {
      assert.equal(planWords(plan({ image, mode, record, now: NOW, noCache: false })), words);
    });
  }
});
