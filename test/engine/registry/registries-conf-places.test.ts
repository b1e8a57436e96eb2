import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { registriesConfFiles } from '../../../server/src/engine/registry/registries-conf-places.ts';

const env = { HOME: '/home/me', USERPROFILE: 'C:\\Users\\me' };
const SYSTEM = { file: '/etc/containers/registries.conf', dropIns: '/etc/containers/registries.conf.d' };

describe('the places of registries.conf', () => {
  it("are the user's and the machine's", () => {
    const containers = '/home/me/.config/containers';
    const user = { file: `${containers}/registries.conf`, dropIns: `${containers}/registries.conf.d` };
    assert.deepEqual(registriesConfFiles('linux', env, ''), { named: undefined, user, system: SYSTEM });
  });

  it("are the user's alone on Windows", () => {
    const { user, system } = registriesConfFiles('win32', env, '');
    assert.equal(user?.file, 'C:\\Users\\me\\.config\\containers\\registries.conf');
    assert.equal(system, undefined);
  });

  it("are the machine's alone without a home", () => {
    for (const HOME of [undefined, '', 'relative']) {
      assert.deepEqual(registriesConfFiles('linux', { HOME }, ''), {
        ...{ named: undefined, user: undefined, system: SYSTEM },
      });
    }
  });

  it('are where a setting says, or else the environment', () => {
    const named = { ...env, CONTAINERS_REGISTRIES_CONF: '/from/env' };
    assert.equal(registriesConfFiles('linux', named, '').named, '/from/env');
    assert.equal(registriesConfFiles('linux', named, '/from/setting').named, '/from/setting');
    assert.equal(registriesConfFiles('linux', { CONTAINERS_REGISTRIES_CONF: '' }, '').named, undefined);
  });
});
