import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Credentials } from '../../../server/src/engine/auth/credentials.ts';
import { APP, auth, who, withHome } from './fixture.ts';

describe('Credentials', () => {
  it('are those of the first place that has some', () =>
    withHome(async ({ host, path, write }) => {
      const credentials = new Credentials(host, 'linux', new Map());
      const found = async () => who(await credentials.find(APP, undefined));
      assert.equal(await found(), undefined);
      await write('.config/larder/auth.d/q.json', {
        ...{ rktKind: 'dockerAuth', rktVersion: 'v1', registries: ['quay.io'] },
        credentials: { user: 'rkt', password: '1' },
      });
      assert.equal(await found(), 'rkt:1');
      await write('.docker/config.json', { auths: { 'quay.io': auth('docker', '2') } });
      assert.equal(await found(), 'docker:2');
      await write('.config/containers/auth.json', { auths: { 'quay.io': auth('containers', '3') } });
      assert.equal(await found(), 'containers:3');
      const first = await write('run/containers/auth.json', { auths: { 'quay.io': auth('session', '4') } });
      assert.equal(await found(), 'session:4');
      assert.equal((await credentials.find(APP, undefined))?.origin, first);
      assert.equal(first, join(path, 'run/containers/auth.json'));
      const told = new Credentials(
        host,
        'linux',
        new Map([['Quay.io', { username: 'editor', password: '5' }]]),
      );
      const editor = await told.find(APP, undefined);
      assert.deepEqual([who(editor), editor?.origin], ['editor:5', "the editor's secret storage"]);
    }));

  it('take Docker Hub for one registry, whatever it is called', () =>
    withHome(async ({ host }) => {
      const login = { username: 'editor', password: '5' };
      const told = new Credentials(host, 'linux', new Map([['docker.io', login]]));
      const repository = { registry: 'registry-1.docker.io', repository: 'library/app' };
      assert.equal(who(await told.find(repository, undefined)), 'editor:5');
    }));

  it('are an error where a place on the way is broken', () =>
    withHome(async ({ host, write }) => {
      await write('run/containers/auth.json', '{"auths":');
      await write('.docker/config.json', { auths: { 'quay.io': auth('docker', '2') } });
      await assert.rejects(new Credentials(host, 'linux').find(APP, undefined), {
        code: 'E_CREDENTIALS',
        message: /run\/containers\/auth\.json/,
      });
    }));

  it('have helpers asked once, until a registry has refused the answer', () =>
    withHome(async ({ host, write, helper, asked }) => {
      const secrets = ['old', 'new'];
      await helper('x', () => JSON.stringify({ Username: 'carly', Secret: secrets.shift() ?? '' }));
      await write('.docker/config.json', { credsStore: 'x' });
      const credentials = new Credentials(host, 'linux');
      for (const repository of ['team/app', 'team/other', 'team/app']) {
        assert.equal(who(await credentials.find({ ...APP, repository }, undefined)), 'carly:old');
      }
      credentials.forget('quay.io');
      assert.equal(who(await credentials.find(APP, undefined)), 'carly:new');
      assert.equal(asked.length, 2);
    }));

  it('say that a variable of the environment is wrong', () =>
    withHome(
      async ({ host }) => {
        await assert.rejects(new Credentials(host, 'linux').find(APP, undefined), {
          message: /DOCKER_CONFIG is not/,
        });
      },
      { env: { HOME: '/nowhere', DOCKER_CONFIG: 'here' } },
    ));
});
