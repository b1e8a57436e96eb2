import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { describe, it } from 'node:test';
import { credentialPlaces } from '../../../server/src/engine/auth/credential-places.ts';

const HOME = '/home/c';
const RKT = ['/usr/lib/rkt/auth.d', '/etc/rkt/auth.d'];
const proc = (uid?: number) =>
  ({
    ...fs,
    stat: (path: string) =>
      uid !== undefined && path === '/proc/self'
        ? Promise.resolve({ uid })
        : Promise.reject(Object.assign(new Error('none'), { code: 'ENOENT' })),
  }) as unknown as typeof fs;
const places = (platform: NodeJS.Platform, env: Record<string, string>, uid?: number) =>
  credentialPlaces({ fs: proc(uid), env }, platform);

describe('credentials are looked for', () => {
  it('on Linux, in the places of the XDG directories', async () => {
    assert.deepEqual(await places('linux', { HOME, XDG_RUNTIME_DIR: '/run/user/7' }), {
      authJson: ['/run/user/7/containers/auth.json', '/home/c/.config/containers/auth.json'],
      dockerConfig: '/home/c/.docker/config.json',
      rktAuth: [...RKT, '/home/c/.config/larder/auth.d'],
    });
    const env = { HOME, XDG_CONFIG_HOME: '/conf', XDG_RUNTIME_DIR: 'relative' };
    assert.deepEqual(await places('linux', env, 7), {
      authJson: ['/run/containers/7/auth.json', '/conf/containers/auth.json'],
      dockerConfig: '/home/c/.docker/config.json',
      rktAuth: [...RKT, '/conf/larder/auth.d'],
    });
  });

  it('on macOS and Windows, below the home directory', async () => {
    assert.deepEqual(await places('darwin', { HOME, XDG_RUNTIME_DIR: '/run' }), {
      authJson: ['/home/c/.config/containers/auth.json'],
      dockerConfig: '/home/c/.docker/config.json',
      rktAuth: [...RKT, '/home/c/Library/Application Support/larder/auth.d'],
    });
    const windows = { USERPROFILE: String.raw`C:\Users\c`, APPDATA: String.raw`C:\Users\c\App`, HOME };
    assert.deepEqual(await places('win32', windows), {
      authJson: [String.raw`C:\Users\c\.config\containers\auth.json`],
      dockerConfig: String.raw`C:\Users\c\.docker\config.json`,
      rktAuth: [String.raw`C:\Users\c\App\larder\auth.d`],
    });
  });

  it('where the environment says', async () => {
    const env = { HOME, DOCKER_CONFIG: '/d', REGISTRY_AUTH_FILE: '/a/auth.json', XDG_RUNTIME_DIR: '/run' };
    const { authJson, dockerConfig } = await places('linux', env);
    assert.deepEqual([authJson, dockerConfig], [['/a/auth.json'], '/d/config.json']);
    for (const name of ['DOCKER_CONFIG', 'REGISTRY_AUTH_FILE']) {
      await assert.rejects(places('linux', { HOME, [name]: 'here' }), {
        code: 'E_CREDENTIALS',
        message: `Larder could not look for credentials: ${name} is not an absolute path; correct it, or unset it.`,
      });
    }
  });

  it('nowhere of a user without a home directory', async () => {
    assert.deepEqual(await places('linux', {}), { authJson: [], dockerConfig: undefined, rktAuth: RKT });
  });
});
