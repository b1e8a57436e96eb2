import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { RktAuth } from '../../../server/src/engine/auth/rkt-auth.ts';
import { RktDockerAuth } from '../../../server/src/engine/auth/rkt-docker-auth.ts';
import { APP, HUB_APP, who, withHome } from './fixture.ts';
import type { Home } from './fixture.ts';

const docker = (user: string, ...registries: string[]) => ({
  ...{ rktKind: 'dockerAuth', rktVersion: 'v1', registries },
  credentials: { user, password: 'pass' },
});
const http = (user: string, ...domains: string[]) => ({
  ...{ rktKind: 'auth', rktVersion: 'v1', domains, type: 'basic' },
  credentials: { user, password: 'pass' },
});
const open = ({ host, path }: Home): RktAuth =>
  new RktAuth(
    host,
    ['usr', 'etc', 'user'].map((name) => join(path, name)),
  );
const userFor = async (auth: RktAuth, wanted: string) => {
  const found = await auth.find('auth', (host) => host === wanted);
  return found?.credentials.type === 'basic' ? found.credentials.user : undefined;
};

describe("rkt's auth.d directories", () => {
  it('override each other host by host, whatever the files are called', () =>
    withHome(async (home) => {
      await home.write('usr/all.json', http('system', 'a.example', 'b.example', 'c.example'));
      await home.write('etc/b.json', http('local', 'b.example', 'c.example'));
      await home.write('user/all.json', http('user', 'c.example'));
      const auth = open(home);
      assert.equal(await userFor(auth, 'a.example'), 'system');
      assert.equal(await userFor(auth, 'b.example'), 'local');
      assert.equal(await userFor(auth, 'c.example'), 'user');
      assert.equal(await userFor(auth, 'd.example'), undefined);
    }));

  it('hold credentials for registries, apart from those for domains', () =>
    withHome(async (home) => {
      await home.write('usr/docker.json', docker('system', 'index.docker.io', 'quay.io'));
      await home.write('usr/http.json', http('http', 'quay.io'));
      await home.write('etc/quay.json', docker('local', 'Quay.io'));
      const source = new RktDockerAuth(open(home));
      const found = await source.find(APP);
      assert.equal(who(found), 'local:pass');
      assert.equal(found?.origin, join(home.path, 'etc/quay.json'));
      assert.equal(who(await source.find(HUB_APP)), 'system:pass');
      assert.equal(await source.find({ registry: 'r.example', repository: 'a' }), undefined);
    }));

  it('are read again when a file comes, changes or goes', () =>
    withHome(async (home) => {
      const auth = open(home);
      assert.equal(await userFor(auth, 'a.example'), undefined);
      await home.write('etc/a.json', http('one', 'a.example'));
      assert.equal(await userFor(auth, 'a.example'), 'one');
      await home.write('etc/a.json', http('three', 'a.example'));
      assert.equal(await userFor(auth, 'a.example'), 'three');
      await fs.rm(join(home.path, 'etc/a.json'));
      assert.equal(await userFor(auth, 'a.example'), undefined);
    }));

  it('hold other things too: only regular files that end in .json count', () =>
    withHome(async (home) => {
      await home.write('etc/README', 'words');
      await home.write('etc/deep/a.json', 'words');
      await mkdir(join(home.path, 'etc/d.json'));
      await home.write('elsewhere.json', 'words');
      await symlink(join(home.path, 'elsewhere.json'), join(home.path, 'etc/link.json'));
      assert.equal(await userFor(open(home), 'a.example'), undefined);
    }));

  it('name a host once in one directory', () =>
    withHome(async (home) => {
      await home.write('etc/a.json', http('a', 'a.example'));
      await home.write('etc/b.json', http('b', 'b.example', 'A.example'));
      await assert.rejects(userFor(open(home), 'c.example'), {
        code: 'E_CREDENTIALS',
        message: `Larder could not use the credentials in ${home.path}/etc/b.json: it has "auth" credentials for a.example, and so does ${home.path}/etc/a.json; correct the file, or sign in again.`,
      });
      await home.write('etc/a.json', http('a', 'a.example', 'a.example'));
      await assert.rejects(userFor(open(home), 'c.example'), /credentials for a\.example, twice;/);
      await home.write('etc/a.json', docker('a', 'a.example'));
      assert.equal(await userFor(open(home), 'a.example'), 'b');
    }));

  it('are an error when one file of them is wrong', () =>
    withHome(async (home) => {
      await home.write('etc/a.json', http('a', 'a.example'));
      await home.write('user/b.json', '{');
      await assert.rejects(userFor(open(home), 'a.example'), {
        code: 'E_CREDENTIALS',
        message: /user\/b\.json: it is/,
      });
    }));

  it('are passed over where they are for root alone, and the log says so', () => {
    const logged: string[] = [];
    return withHome(async (home) => {
      await home.write('etc/a.json', http('a', 'a.example'));
      await home.write('etc/b.json', http('b', 'b.example'));
      const access = (path: string) =>
        path.endsWith('b.json') || path.endsWith('usr')
          ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
          : Promise.resolve();
      const ignore = () => undefined;
      const auth = new RktAuth(
        {
          fs: { ...fs, access } as typeof fs,
          log: { debug: ignore, info: (line) => void logged.push(line), warn: ignore, error: ignore },
        },
        [join(home.path, 'usr'), join(home.path, 'etc')],
      );
      assert.equal(await userFor(auth, 'a.example'), 'a');
      assert.equal(await userFor(auth, 'b.example'), undefined);
      assert.match(logged[0] ?? '', /usr are passed over: they are not for this user \(EACCES\)/);
      assert.match(logged[1] ?? '', /b\.json are passed over/);
    });
  });

  it('are directories', () =>
    withHome(async (home) => {
      await home.write('etc', 'a file');
      await assert.rejects(userFor(open(home), 'a.example'), {
        code: 'E_CREDENTIALS',
        message: /etc: the system answered ENOTDIR; make it a directory/,
      });
    }));
});
