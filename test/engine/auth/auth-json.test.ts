import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AuthJson } from '../../../server/src/engine/auth/auth-json.ts';
import { HelperAnswers } from '../../../server/src/engine/auth/helper-answers.ts';
import { APP, auth, HUB_APP, who, withHome } from './fixture.ts';

describe("containers' auth.json", () => {
  it('takes the longest namespace that the repository is in', () =>
    withHome(async ({ host, write }) => {
      const path = await write('auth.json', {
        auths: {
          'quay.io': auth('all', '1'),
          'quay.io/team': auth('team', '2'),
          'quay.io/team/app': auth('app', '3'),
          'docker.io/library': auth('hub', '4'),
        },
      });
      const file = new AuthJson(host.fs, path, new HelperAnswers(host, 'linux'));
      const at = async (registry: string, repository: string) =>
        who(await file.find({ registry, repository }, undefined));
      assert.equal(await at('quay.io', 'team/app'), 'app:3');
      assert.equal(await at('quay.io', 'team/app/deep'), 'app:3');
      assert.equal(await at('quay.io', 'team/other'), 'team:2');
      assert.equal(await at('quay.io', 'teamwork/app'), 'all:1');
      assert.equal(await at('registry-1.docker.io', 'library/app'), 'hub:4');
      assert.equal(await at('registry-1.docker.io', 'carly/app'), undefined);
    }));

  it("asks the registry's helper first, by the name that containers' tools use, and knows no credsStore", () =>
    withHome(async ({ host, write, helper, asked }) => {
      await helper('x', () => '{"Username":"carly","Secret":"kept"}');
      const path = await write('auth.json', {
        auths: { 'docker.io': auth('a', 'b'), 'quay.io': auth('a', 'b') },
        credHelpers: { 'docker.io': 'x' },
        credsStore: 'x',
      });
      const file = new AuthJson(host.fs, path, new HelperAnswers(host, 'linux'));
      assert.equal(who(await file.find(HUB_APP, undefined)), 'carly:kept');
      assert.equal(who(await file.find(APP, undefined)), 'a:b');
      assert.deepEqual(asked, ['docker-credential-x get docker.io']);
    }));
});
