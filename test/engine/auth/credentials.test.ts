import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { Credentials } from '../../../server/src/engine/auth/credentials.ts';
import type { NamedHelpers } from '../../../server/src/engine/registry/registries-conf.ts';
import { APP, auth, HUB_APP, who, withHome } from './fixture.ts';

/** What helpers say when they have nothing. */
const NOT_FOUND = { exitCode: 1, stdout: 'credentials not found in native keychain\n' };

const login = (name: string): string => JSON.stringify({ Username: name, Secret: 'secret' });

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

  it('are asked of the helpers that registries.conf names, in their order', () =>
    withHome(async ({ host, write, helper, asked }) => {
      await helper('one', (_, server) => (server === 'quay.io' ? login('one') : NOT_FOUND));
      await helper('two', () => login('two'));
      await write('.config/containers/auth.json', { auths: { 'quay.io': auth('containers', '3') } });
      await write('.docker/config.json', { auths: { 'quay.io': auth('docker', '2') } });
      let helpers: NamedHelpers | null = null;
      const credentials = new Credentials(host, 'linux', new Map(), () => Promise.resolve(helpers));
      const found = async (names: readonly string[] | null, image = APP) => {
        helpers = names && { names, file: '/etc/containers/registries.conf' };
        return who(await credentials.find(image, undefined));
      };
      assert.equal(await found(null), 'containers:3');
      assert.equal(await found([]), 'containers:3');
      assert.equal(await found(['containers-auth.json', 'two']), 'containers:3');
      assert.deepEqual(asked, []);
      assert.equal(await found(['one', 'containers-auth.json']), 'one:secret');
      assert.equal(await found(['two', 'one']), 'two:secret');
      // Docker's file and rkt's come after them, and auth.json is left out where it is not named.
      const other = { registry: 'other.example', repository: 'app' };
      await write('.config/containers/auth.json', { auths: { 'other.example': auth('containers', '3') } });
      await write('.docker/config.json', { auths: { 'other.example': auth('docker', '2') } });
      assert.equal(await found(['one'], other), 'docker:2');
      assert.equal(await found(['one', 'containers-auth.json'], other), 'containers:3');
      assert.equal(await found(['two'], HUB_APP), 'two:secret');
      assert.deepEqual(asked, [
        'docker-credential-one get quay.io',
        'docker-credential-two get quay.io',
        'docker-credential-one get other.example',
        'docker-credential-two get docker.io',
      ]);
    }));

  it("are first the editor's, whatever registries.conf names", () =>
    withHome(async ({ host }) => {
      const session = new Map([['quay.io', { username: 'editor', password: '5' }]]);
      const helpers = { names: ['absent'], file: '/conf' };
      const credentials = new Credentials(host, 'linux', session, () => Promise.resolve(helpers));
      assert.equal(who(await credentials.find(APP, undefined)), 'editor:5');
    }));

  it('are an error where a helper that registries.conf names cannot be asked', () =>
    withHome(async ({ host, helper }) => {
      await helper('broken', () => ({ exitCode: 1, stderr: 'the keychain is locked' }));
      for (const [name, message] of [
        ['absent', /docker-credential-absent, which \/the\.conf names, is in no absolute directory of PATH/],
        ['broken', /docker-credential-broken, which \/the\.conf names, .*the keychain is locked/],
        ['../x', /\/the\.conf names a credential helper "\.\.\/x", which cannot be the name of one/],
      ] as const) {
        const helpers = { names: [name, 'containers-auth.json'], file: '/the.conf' };
        const credentials = new Credentials(host, 'linux', new Map(), () => Promise.resolve(helpers));
        await assert.rejects(credentials.find(APP, undefined), { code: 'E_CREDENTIALS', message });
      }
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
