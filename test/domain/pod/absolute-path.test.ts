import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { absolutePath } from '../../../server/src/domain/pod/absolute-path.ts';

describe('absolutePath', () => {
  for (const [path, expected] of [
    ['/data', '/data'],
    ['/data/', '/data'],
    ['data//x/.', '/data/x'],
    ['/a/../../..', '/'],
    ['../../etc', '/etc'],
    ['', '/'],
  ] as const)
    it(`reads ${JSON.stringify(path)} as ${expected}`, () => {
      assert.equal(absolutePath(path), expected);
    });
});
