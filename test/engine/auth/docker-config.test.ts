import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DockerConfig } from '../../../server/src/engine/auth/docker-config.ts';
import { HelperAnswers } from '../../../server/src/engine/auth/helper-answers.ts';
import { APP, auth, HUB_APP, who, withHome } from './fixture.ts';
import type { Home } from './fixture.ts';

async function open({ host, write }: Home, content: unknown): Promise<DockerConfig> {
  const path = await write('.docker/config.json', content);
  return new DockerConfig(host.fs, path, new HelperAnswers(host, 'linux'));
}

const ANSWER = '{"Username":"carly","Secret":"kept"}';
const NONE = { exitCode: 1, stdout: 'credentials not found in native keychain' };

describe("docker's config.json", () => {
  it('has what stands in auths, and says where that was', () =>
    withHome(async (home) => {
      const config = await open(home, { auths: { 'https://index.docker.io/v1/': auth('carly', 'pass') } });
      const found = await config.find(HUB_APP, undefined);
      assert.equal(who(found), 'carly:pass');
      assert.equal(found?.origin, `${home.path}/.docker/config.json`);
      assert.equal(await config.find(APP, undefined), undefined);
    }));

  it("asks the registry's helper before the one for all, and that before auths", () =>
    withHome(async (home) => {
      await home.helper('q', () => '{"Username":"q","Secret":"1"}');
      await home.helper('all', () => ANSWER);
      const config = await open(home, {
        auths: { 'quay.io': auth('a', 'b'), 'r.example': auth('a', 'b') },
        credHelpers: { 'quay.io': 'q', 'plain.example': '' },
        credsStore: 'all',
      });
      const found = await config.find(APP, undefined);
      assert.equal(who(found), 'q:1');
      assert.equal(found?.origin, `docker-credential-q, which ${home.path}/.docker/config.json names`);
      assert.equal(
        who(await config.find({ registry: 'r.example', repository: 'a' }, undefined)),
        'carly:kept',
      );
      assert.equal(who(await config.find(HUB_APP, undefined)), 'carly:kept');
      assert.deepEqual(home.asked, [
        'docker-credential-q get quay.io',
        'docker-credential-all get r.example',
        'docker-credential-all get https://index.docker.io/v1/',
      ]);
    }));

  it('can leave one registry to auths', () =>
    withHome(async (home) => {
      const config = await open(home, {
        auths: { 'quay.io': auth('a', 'b') },
        credHelpers: { 'quay.io': '' },
        credsStore: 'absent',
      });
      assert.equal(who(await config.find(APP, undefined)), 'a:b');
    }));

  it('does not look into auths for what a helper does not have', () =>
    withHome(async (home) => {
      await home.helper('all', () => NONE);
      const config = await open(home, { auths: { 'quay.io': auth('a', 'b') }, credsStore: 'all' });
      assert.equal(await config.find(APP, undefined), undefined);
    }));

  it('is an error when it is broken, until it is mended', () =>
    withHome(async (home) => {
      const config = await open(home, '{"auths":');
      await assert.rejects(config.find(APP, undefined), {
        code: 'E_CREDENTIALS',
        message: /config\.json: it is not/,
      });
      await home.write('.docker/config.json', { auths: { 'quay.io': auth('a', 'b') } });
      assert.equal(who(await config.find(APP, undefined)), 'a:b');
    }));
});
