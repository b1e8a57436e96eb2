import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseRateLimit } from '../../../server/src/engine/http/rate-limit.ts';
import type { RateLimit } from '../../../server/src/engine/http/rate-limit.ts';
import { NOW } from '../../helpers/records.ts';

const NAMES = [
  'ratelimit',
  'ratelimit-policy',
  ...['limit', 'remaining', 'reset'].flatMap((name) => [`ratelimit-${name}`, `x-ratelimit-${name}`]),
];
const NOTHING: RateLimit = { limit: null, remaining: null, window: null, resetAt: null };

/** A form, its headers, and what they say. */
const FORMS: [string, Record<string, string>, Partial<RateLimit> | undefined][] = [
  [
    "Docker Hub's",
    { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '76;w=21600' },
    { limit: 100, remaining: 76, window: 21_600_000 },
  ],
  [
    "Docker Hub's with the remaining alone",
    { 'ratelimit-remaining': '0;w=60' },
    { remaining: 0, window: 60_000 },
  ],
  [
    'the first drafts',
    { 'ratelimit-limit': '100', 'ratelimit-remaining': '50', 'ratelimit-reset': '30' },
    { limit: 100, remaining: 50, resetAt: NOW + 30_000 },
  ],
  [
    'the first drafts with policies',
    { 'ratelimit-limit': '10, 10;w=1, 1000;w=3600', 'ratelimit-remaining': '9' },
    { limit: 10, remaining: 9, window: 1000 },
  ],
  [
    'draft 06 with a policy of its own',
    {
      'ratelimit-limit': '10',
      'ratelimit-policy': '10;w=1, 50;w=60;comment="a"',
      'ratelimit-remaining': '9',
    },
    { limit: 10, remaining: 9, window: 1000 },
  ],
  [
    'draft 07',
    { ratelimit: 'limit=100, remaining = 50, reset=30', 'ratelimit-policy': '100;w=60' },
    { limit: 100, remaining: 50, window: 60_000, resetAt: NOW + 30_000 },
  ],
  [
    'draft 08',
    { ratelimit: '"default";r=50;t=30', 'ratelimit-policy': '"other";q=1;w=1, "default";q=100;w=60' },
    { limit: 100, remaining: 50, window: 60_000, resetAt: NOW + 30_000 },
  ],
  [
    'draft 08 with several policies: the one with the least left',
    { ratelimit: '"hour"; r=900; t=100, "second"; r=2; t=1' },
    { remaining: 2, resetAt: NOW + 1000 },
  ],
  [
    "GitHub's",
    { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '56', 'x-ratelimit-reset': `${NOW / 1000 + 90}` },
    { limit: 60, remaining: 56, resetAt: NOW + 90_000 },
  ],
  [
    'a moment in milliseconds',
    { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': `${NOW + 5}` },
    { remaining: 1, resetAt: NOW + 5 },
  ],
  [
    'both, of which the standard one counts',
    { 'ratelimit-limit': '1', 'x-ratelimit-limit': '2', 'x-ratelimit-remaining': '2' },
    { limit: 1 },
  ],
  ['none', {}, undefined],
  ['a reset alone', { 'ratelimit-reset': '30' }, undefined],
  ['nonsense', { 'ratelimit-limit': '-1;w=x', 'ratelimit-remaining': '1.5', ratelimit: ',;=,' }, undefined],
  ['numbers without end', { 'ratelimit-limit': '9'.repeat(400) }, undefined],
  ['nonsense beside sense', { 'ratelimit-limit': 'many', 'x-ratelimit-limit': '7' }, { limit: 7 }],
];

describe('rate limits in headers', () => {
  for (const [form, headers, said] of FORMS) {
    it(`are read in this form: ${form}`, () => {
      assert.deepEqual(parseRateLimit({ headers }, NOW), said && { ...NOTHING, ...said });
    });
  }

  it('never throw, and are whole numbers that are not negative', () => {
    const piece = fc.constantFrom(
      '1',
      '100',
      '"a"',
      'w',
      'r',
      't',
      'q',
      '=',
      ';',
      ',',
      ' ',
      'limit=',
      'reset=',
      '-',
    );
    const value = fc.oneof(
      fc.string(),
      fc.array(piece).map((pieces) => pieces.join('')),
    );
    const headers = fc.dictionary(fc.constantFrom(...NAMES), value, { noNullPrototype: true });
    fc.assert(
      fc.property(headers, (given) => {
        for (const number of Object.values(parseRateLimit({ headers: given }, NOW) ?? {})) {
          assert.ok(number === null || (Number.isSafeInteger(number) && number >= 0), String(number));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are read as they were written, in every form', () => {
    const count = fc.integer({ min: 0, max: 1e6 });
    fc.assert(
      fc.property(count, count, count, (limit, remaining, seconds) => {
        const all = { limit, remaining, window: seconds * 1000, resetAt: NOW + seconds * 1000 };
        const policy = { 'ratelimit-policy': `"p";q=${limit};w=${seconds}` };
        const structured = { ratelimit: `"p";r=${remaining};t=${seconds}`, ...policy };
        assert.deepEqual(parseRateLimit({ headers: structured }, NOW), all);
        const hub = { 'ratelimit-limit': `${limit};w=${seconds}`, 'ratelimit-remaining': `${remaining}` };
        assert.deepEqual(parseRateLimit({ headers: hub }, NOW), { ...all, resetAt: null });
      }),
    );
  });
});
