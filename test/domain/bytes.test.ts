import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatBytes } from '../../server/src/domain/bytes.ts';

describe('formatBytes', () => {
  const table: [number, string][] = [
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [68_157_440, '68.2 MB'],
    [2 ** 31, '2.1 GB'],
    [5e15, '5000.0 TB'],
  ];
  for (const [count, words] of table)
    it(`prints ${count} as ${words}`, () => assert.equal(formatBytes(count), words));
});
