import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultStoreDir } from '../../../server/src/engine/store/default-dir.ts';

describe('defaultStoreDir', () => {
  const cases: [NodeJS.Platform, Record<string, string>, string][] = [
    ['linux', { HOME: '/home/x' }, '/home/x/.local/share/larder'],
    ['linux', { HOME: '/home/x', XDG_DATA_HOME: '/data' }, '/data/larder'],
    ['linux', { HOME: '/home/x', XDG_DATA_HOME: '' }, '/home/x/.local/share/larder'],
    ['linux', { HOME: '/home/x', XDG_DATA_HOME: 'data' }, '/home/x/.local/share/larder'],
    ['freebsd', { HOME: '/home/x' }, '/home/x/.local/share/larder'],
    ['darwin', { HOME: '/Users/x', XDG_DATA_HOME: '/data' }, '/Users/x/Library/Application Support/larder'],
    ['win32', { LOCALAPPDATA: 'C:\\Users\\x\\AppData\\Local' }, 'C:\\Users\\x\\AppData\\Local\\larder'],
    ['win32', { USERPROFILE: 'C:\\Users\\x' }, 'C:\\Users\\x\\AppData\\Local\\larder'],
  ];
  for (const [platform, env, expected] of cases) {
    it(`is ${expected} on ${platform} with ${Object.keys(env).join(' and ')}`, () => {
      assert.equal(defaultStoreDir(platform, env), expected);
    });
  }

  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    it(`asks for --dir on ${platform} without a home directory`, () => {
      for (const env of [{}, { HOME: '', USERPROFILE: '' }, { HOME: 'x', USERPROFILE: 'x' }]) {
        assert.throws(() => defaultStoreDir(platform, env), { code: 'E_USAGE', message: /--dir/ });
      }
    });
  }
});
