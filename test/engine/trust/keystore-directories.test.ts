import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keystoreDirectories } from '../../../server/src/engine/trust/keystore-directories.ts';

describe('keystoreDirectories', () => {
  const system = ['/usr/lib/rkt/trustedkeys', '/etc/rkt/trustedkeys'];

  it("reads rkt's keys, and keeps the user's own among their settings", () => {
    assert.deepEqual(keystoreDirectories('linux', { HOME: '/home/x' }), {
      system,
      local: '/home/x/.config/larder/trustedkeys',
    });
    assert.deepEqual(keystoreDirectories('linux', { HOME: '/home/x', XDG_CONFIG_HOME: '/cfg' }), {
      system,
      local: '/cfg/larder/trustedkeys',
    });
    assert.deepEqual(keystoreDirectories('darwin', { HOME: '/Users/x', XDG_CONFIG_HOME: '/cfg' }), {
      system,
      local: '/Users/x/Library/Application Support/larder/trustedkeys',
    });
    assert.deepEqual(keystoreDirectories('win32', { APPDATA: 'C:\\Users\\x' }).system, []);
  });

  it('does without a home directory, for reading', () => {
    assert.deepEqual(keystoreDirectories('linux', { HOME: 'x' }), { system, local: undefined });
  });
});
