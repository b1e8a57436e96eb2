import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { containersFile, homeOf } from '../../../server/src/engine/policy/containers-files.ts';
import { withDirectory } from '../store/fixture.ts';

describe('where the containers tools have their files', () => {
  it("is the user's directory if the file is there, else the system's", () =>
    withDirectory(async (home) => {
      const host = { fs, env: { HOME: home, XDG_CONFIG_HOME: '/elsewhere' } };
      assert.equal(await containersFile(host, 'policy.json'), '/etc/containers/policy.json');
      const own = join(home, '.config/containers/policy.json');
      await fs.mkdir(join(own, '..'), { recursive: true });
      await fs.writeFile(own, '');
      assert.equal(await containersFile(host, 'policy.json'), own);
      assert.equal(await containersFile(host, 'registries.d'), '/etc/containers/registries.d');
      assert.equal(await containersFile({ fs, env: {} }, 'policy.json'), '/etc/containers/policy.json');
    }));

  it("is not the system's where the user's cannot be seen", async () => {
    const denied = Object.assign(new Error('no'), { code: 'EACCES' });
    const host = { fs: { ...fs, stat: () => Promise.reject(denied) }, env: { HOME: '/home/a' } };
    await assert.rejects(containersFile(host, 'policy.json'), {
      code: 'E_CONFIG',
      message: /could not read "\/home\/a\/.config\/containers\/policy.json".*EACCES/,
    });
  });

  it('is in a home directory of either name', () => {
    assert.equal(homeOf({ env: { HOME: '/a', USERPROFILE: 'C:\\b' } }), '/a');
    assert.equal(homeOf({ env: { USERPROFILE: 'C:\\b' } }), 'C:\\b');
    assert.equal(homeOf({ env: { HOME: '' } }), undefined);
  });
});
