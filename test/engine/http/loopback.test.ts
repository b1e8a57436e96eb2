import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isLoopback } from '../../../server/src/engine/http/loopback.ts';

const hostname = (host: string): string => new URL(`https://${host}/`).hostname;

describe('isLoopback', () => {
  for (const host of ['localhost', 'LOCALHOST:5000', '127.0.0.1', '127.1', '127.200.3.4:80', '[::1]:5000']) {
    it(`knows ${host}`, () => assert.equal(isLoopback(hostname(host)), true));
  }
  for (const host of [
    'localhost.example',
    '127.0.0.1.example',
    'example',
    '128.0.0.1',
    '10.0.0.1',
    '[::2]',
    '0.0.0.0',
  ]) {
    it(`does not take ${host} for it`, () => assert.equal(isLoopback(hostname(host)), false));
  }
});
