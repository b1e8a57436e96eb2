import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openRegistries } from '../../../server/src/engine/registry/registries.ts';
import type { RegistryOptions } from '../../../server/src/engine/registry/registries.ts';
import { APP, auth, who, withHome } from '../auth/fixture.ts';

const OPTIONS: RegistryOptions = { platform: 'linux', registriesConf: '', tokenServers: {}, credentials: {} };

describe('what a machine says about registries', () => {
  it('has credentials of the helpers in registries.conf, as it is now', () =>
    withHome(async ({ host, write, helper, asked }) => {
      await helper('drawer', () => JSON.stringify({ Username: 'carly', Secret: 'kept' }));
      await write('.docker/config.json', { auths: { 'quay.io': auth('docker', '2') } });
      const conf = await write('.config/containers/registries.conf', 'credential-helpers = ["drawer"]');
      const { credentials } = openRegistries(host, OPTIONS).parts;
      const found = await credentials.find(APP, undefined);
      assert.equal(who(found), 'carly:kept');
      assert.equal(found?.origin, `docker-credential-drawer, which ${conf} names`);
      assert.deepEqual(asked, ['docker-credential-drawer get quay.io']);
      await write('.config/containers/registries.conf', '');
      host.now += 1000;
      assert.equal(who(await credentials.find(APP, undefined)), 'docker:2');
    }));

  it('has none, and says why, where registries.conf is wrong', () =>
    withHome(async ({ host, write }) => {
      await write('.config/containers/registries.conf', 'credential-helpers = "drawer"');
      const { credentials } = openRegistries(host, OPTIONS).parts;
      await assert.rejects(credentials.find(APP, undefined), {
        code: 'E_CONFIG',
        message: /credential-helpers/,
      });
    }));
});
