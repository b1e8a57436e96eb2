import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { storeRoot } from '../../server/src/lsp/store-location.ts';

const MACHINE = { platform: 'linux', env: { HOME: '/home/ann' } } as const;

describe('storeRoot', () => {
  it('is what the setting says', () => {
    assert.equal(storeRoot('/srv/store', MACHINE), '/srv/store');
  });

  it("is the platform's directory when the setting is empty", () => {
    assert.equal(storeRoot('', MACHINE), '/home/ann/.local/share/larder');
  });

  it('is never relative to wherever the server happens to run', () => {
    assert.throws(() => storeRoot('store', MACHINE), { code: 'E_USAGE', message: /not an absolute path/ });
  });
});
