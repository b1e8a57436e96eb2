import assert from 'node:assert/strict';
import { chmod, lstat, readdir, readFile, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { DockerConfig } from '../../../server/src/engine/auth/docker-config.ts';
import { DockerLogin } from '../../../server/src/engine/auth/docker-login.ts';
import { HelperAnswers } from '../../../server/src/engine/auth/helper-answers.ts';
import { APP, auth, HUB_APP, who, withHome } from './fixture.ts';
import type { Home } from './fixture.ts';

const CARLY = { username: 'carly', password: 'pä:ss' };
const open = ({ host }: Home, platform: NodeJS.Platform = 'linux') => new DockerLogin(host, platform);
const pathOf = ({ path }: Home) => join(path, '.docker/config.json');
const read = async (home: Home): Promise<unknown> => JSON.parse(await readFile(pathOf(home), 'utf8'));
const mode = async (path: string) => (await stat(path)).mode & 0o777;

describe('signing in where docker does', () => {
  it('makes the file that docker would make, for its owner alone', () =>
    withHome(async (home) => {
      assert.deepEqual(await open(home).save('quay.io', CARLY), { path: pathOf(home), program: undefined });
      const encoded = Buffer.from('carly:pä:ss').toString('base64');
      const text = `{\n\t"auths": {\n\t\t"quay.io": {\n\t\t\t"auth": "${encoded}"\n\t\t}\n\t}\n}`;
      assert.equal(await readFile(pathOf(home), 'utf8'), text);
      assert.deepEqual([await mode(pathOf(home)), await mode(dirname(pathOf(home)))], [0o600, 0o700]);
      assert.deepEqual(await readdir(dirname(pathOf(home))), ['config.json']);
    }));

  it('writes what is found afterwards', () =>
    withHome(async (home) => {
      await open(home).save('registry-1.docker.io', CARLY);
      await open(home).save('Quay.io', CARLY);
      const config = new DockerConfig(home.host.fs, pathOf(home), new HelperAnswers(home.host, 'linux'));
      assert.equal(who(await config.find(HUB_APP, undefined)), 'carly:pä:ss');
      assert.equal(who(await config.find(APP, undefined)), 'carly:pä:ss');
      const keys = Object.keys(((await read(home)) as { auths: object }).auths);
      assert.deepEqual(keys, ['https://index.docker.io/v1/', 'quay.io']);
    }));

  it('keeps everything else in the file, and closes it to others', () =>
    withHome(async (home) => {
      const others = {
        'r.example': { ...auth('a', 'b'), email: 'a@example.com' },
        'quay.io/team': auth('c', 'd'),
      };
      const rest = { HttpHeaders: { 'X-Meta': '1' }, psFormat: 'table', currentContext: 'far', proxies: {} };
      await home.write('.docker/config.json', {
        ...rest,
        auths: { ...others, 'quay.io': auth('old', 'old') },
      });
      await chmod(pathOf(home), 0o644);
      await open(home).save('quay.io', CARLY);
      assert.deepEqual(await read(home), {
        ...rest,
        auths: { ...others, 'quay.io': auth('carly', 'pä:ss') },
      });
      assert.equal(await mode(pathOf(home)), 0o600);
    }));

  it('leaves a broken file as it is', () =>
    withHome(async (home) => {
      for (const text of ['{"auths": {"quay.io": ', '[]', '{"auths": 7}']) {
        await home.write('.docker/config.json', text);
        const refused = { code: 'E_CREDENTIALS', message: /config\.json: / };
        await assert.rejects(open(home).save('quay.io', CARLY), refused);
        await assert.rejects(open(home).erase('quay.io'), refused);
        assert.equal(await readFile(pathOf(home), 'utf8'), text);
      }
    }));

  it('follows a link to the file', () =>
    withHome(async (home) => {
      const target = await home.write('dotfiles/docker.json', {});
      await home.write('.docker/other', '');
      await symlink(target, pathOf(home));
      await open(home).save('quay.io', CARLY);
      assert.ok((await lstat(pathOf(home))).isSymbolicLink());
      assert.deepEqual(JSON.parse(await readFile(target, 'utf8')), {
        auths: { 'quay.io': auth('carly', 'pä:ss') },
      });
    }));

  it('gives the password to the helper that the file names, and leaves none in the file', () =>
    withHome(async (home) => {
      await home.helper('all', () => '');
      await home.helper('q', () => '');
      await home.write('.docker/config.json', {
        auths: { 'r.example': auth('old', 'old') },
        credsStore: 'all',
        credHelpers: { 'quay.io': 'q' },
      });
      assert.deepEqual(await open(home).save('r.example', CARLY), {
        path: pathOf(home),
        program: 'docker-credential-all',
      });
      await open(home).save('quay.io', CARLY);
      const stored = (server: string) =>
        JSON.stringify({ ServerURL: server, Username: 'carly', Secret: 'pä:ss' });
      assert.deepEqual(home.asked, [
        `docker-credential-all store ${stored('r.example')}`,
        `docker-credential-q store ${stored('quay.io')}`,
      ]);
      assert.deepEqual(await read(home), {
        auths: { 'r.example': {}, 'quay.io': {} },
        credsStore: 'all',
        credHelpers: { 'quay.io': 'q' },
      });
    }));

  it('changes nothing when the helper fails, and does not tell the password', () =>
    withHome(async (home) => {
      await home.helper('all', () => ({ exitCode: 1, stderr: 'cannot keep pä:ss' }));
      const path = await home.write('.docker/config.json', { credsStore: 'all' });
      const before = await readFile(path, 'utf8');
      await assert.rejects(open(home).save('quay.io', CARLY), (error: Error) => {
        assert.doesNotMatch(error.message, /pä:ss/);
        return error.message.includes(
          'Larder could not save the credentials for quay.io: docker-credential-all,',
        );
      });
      assert.equal(await readFile(path, 'utf8'), before);
    }));

  it("takes the platform's keychain for the first credentials of all, if its helper is there", () =>
    withHome(async (home) => {
      await home.helper('osxkeychain', () => '');
      await home.write('.docker/config.json', { psFormat: 'table' });
      const kept = await open(home, 'darwin').save('quay.io', CARLY);
      assert.equal(kept.program, 'docker-credential-osxkeychain');
      assert.deepEqual(await read(home), {
        psFormat: 'table',
        auths: { 'quay.io': {} },
        credsStore: 'osxkeychain',
      });
    }));

  it('does not move to a keychain by itself when credentials are in the file', () =>
    withHome(async (home) => {
      await home.helper('osxkeychain', () => '');
      await home.write('.docker/config.json', { auths: { 'r.example': auth('a', 'b') } });
      assert.equal((await open(home, 'darwin').save('quay.io', CARLY)).program, undefined);
    }));

  it('on Linux takes pass where that is there, else the secret service', () =>
    withHome(async (home) => {
      await home.helper('pass', () => '');
      await home.helper('secretservice', () => '');
      assert.equal((await open(home).save('quay.io', CARLY)).program, 'docker-credential-secretservice');
      await rm(pathOf(home));
      await chmod(await home.write('bin/pass', ''), 0o755);
      assert.equal((await open(home).save('quay.io', CARLY)).program, 'docker-credential-pass');
    }));

  it('says when the file cannot be written', () =>
    withHome(async (home) => {
      await home.write('.docker', 'a file');
      await assert.rejects(open(home).save('quay.io', CARLY), {
        code: 'E_CREDENTIALS',
        message: /could not write .*config\.json: the system answered E(?:NOTDIR|EXIST); check its directory/,
      });
    }));

  it('needs a home directory', () =>
    withHome(
      async (home) => {
        await assert.rejects(open(home).save('quay.io', CARLY), {
          code: 'E_CREDENTIALS',
          message: /in HOME; set it/,
        });
      },
      { env: {} },
    ));
});

describe('signing out where docker does', () => {
  it('removes what is for the whole registry, however its key is written', () =>
    withHome(async (home) => {
      const others = { 'quay.io/team': auth('a', 'b'), 'r.example': auth('a', 'b') };
      await home.write('.docker/config.json', {
        psFormat: 'table',
        auths: { ...others, 'quay.io': auth('a', 'b'), 'https://quay.io/v1/': auth('a', 'b') },
      });
      assert.deepEqual(await open(home).erase('quay.io'), { path: pathOf(home), program: undefined });
      assert.deepEqual(await read(home), { psFormat: 'table', auths: others });
    }));

  it("removes docker's other tokens for Docker Hub too", () =>
    withHome(async (home) => {
      const hub = 'https://index.docker.io/v1/';
      await home.write('.docker/config.json', {
        auths: { [hub]: auth('a', 'b'), [`${hub}access-token`]: auth('a', 'b'), 'docker.io': auth('a', 'b') },
      });
      await open(home).erase('registry-1.docker.io');
      assert.deepEqual(await read(home), { auths: {} });
    }));

  it('has the helper remove what it has', () =>
    withHome(async (home) => {
      await home.helper('all', () => ({ exitCode: 1, stdout: 'credentials not found in native keychain' }));
      await home.write('.docker/config.json', { auths: { 'quay.io': {} }, credsStore: 'all' });
      assert.equal((await open(home).erase('quay.io')).program, 'docker-credential-all');
      assert.deepEqual(home.asked, ['docker-credential-all erase quay.io']);
      assert.deepEqual(await read(home), { auths: {}, credsStore: 'all' });
    }));

  it('says when there is nothing', () =>
    withHome(async (home) => {
      await assert.rejects(open(home).erase('registry-1.docker.io'), {
        code: 'E_NOT_FOUND',
        message: `There is nothing to sign out of: ${pathOf(home)} has no credentials for docker.io.`,
      });
    }));
});
