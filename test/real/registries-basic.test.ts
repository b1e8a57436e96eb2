import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DeskImage } from './desk-user.ts';
import { CARLY, HTPASSWD, RegistryDesk, WRONG } from './registry-desk.ts';

const AUTH = Buffer.from(`${CARLY.username}:${CARLY.password}`).toString('base64');
const WRONG_AUTH = Buffer.from(`${CARLY.username}:${WRONG}`).toString('base64');

describe('a registry behind htpasswd', { concurrency: 2 }, () => {
  let desk: RegistryDesk;
  let image: DeskImage;
  let host: string;

  before(async () => {
    desk = await RegistryDesk.open('basic');
    const path = desk.path('htpasswd');
    await writeFile(path, HTPASSWD);
    host = (await desk.registry({ auth: { htpasswd: { realm: 'Larder tests', path } } })).host;
    image = await desk.push('shop/team/web:1');
  });
  after(() => desk.close());

  it('wants credentials, and says how to give them', async () => {
    const { code, message } = await (await desk.user()).fetch(host, image);
    assert.equal(code, 'E_AUTH_REQUIRED');
    assert.match(message, new RegExp(`sign in with: larder login ${host}\\.$`));
  });

  const rkt = { rktKind: 'dockerAuth', rktVersion: 'v1' };
  const rktLogin = { user: CARLY.username, password: CARLY.password };
  const places: Readonly<Record<string, () => readonly [string, object]>> = {
    "docker's config.json": () => ['.docker/config.json', { auths: { [host]: { auth: AUTH } } }],
    "docker's config.json, where the key is an old URL": () => [
      '.docker/config.json',
      { auths: { [`https://${host}/v1/`]: { auth: AUTH } } },
    ],
    "containers' auth.json": () => ['.config/containers/auth.json', { auths: { [host]: { auth: AUTH } } }],
    "containers' auth.json of the session, for a namespace": () => [
      'run/containers/auth.json',
      { auths: { [`${host}/shop/team`]: { auth: AUTH }, [`${host}/shop`]: { auth: WRONG_AUTH } } },
    ],
    "rkt's auth.d": () => [
      '.config/larder/auth.d/shop.json',
      { ...rkt, registries: [host], credentials: rktLogin },
    ],
  };
  for (const [name, place] of Object.entries(places)) {
    it(`lets in who is in ${name}`, async () => {
      const user = await desk.user();
      const [path, content] = place();
      await user.write(path, content);
      assert.deepEqual(pick(await user.fetch(host, image)), ['ok', '']);
    });
  }

  it('lets in who is in the directory of DOCKER_CONFIG, and in the file of REGISTRY_AUTH_FILE', async () => {
    const user = await desk.user();
    const file = { auths: { [host]: { auth: AUTH } } };
    const path = await user.write('elsewhere/config.json', file);
    const env = { DOCKER_CONFIG: join(user.home, 'elsewhere') };
    assert.deepEqual(pick(await user.fetch(host, image, [], { env })), ['ok', '']);
    assert.deepEqual(pick(await user.fetch(host, image, [], { env: { REGISTRY_AUTH_FILE: path } })), [
      'ok',
      '',
    ]);
    assert.equal((await user.fetch(host, image)).code, 'E_AUTH_REQUIRED');
  });

  it('is not entered with a wrong password, and the sentence says whose and where it stands', async () => {
    const user = await desk.user();
    const path = await user.write('.docker/config.json', { auths: { [host]: { auth: WRONG_AUTH } } });
    const { code, message } = await user.fetch(host, image);
    assert.equal(code, 'E_AUTH_REFUSED');
    assert.ok(message.includes(`the credentials of carly from ${path}`), message);
  });

  it('is asked with the credentials of another namespace for none but that', async () => {
    const user = await desk.user();
    await user.write('.config/containers/auth.json', { auths: { [`${host}/shop/other`]: { auth: AUTH } } });
    assert.equal((await user.fetch(host, image)).code, 'E_AUTH_REQUIRED');
  });

  it('says where a file is broken, and quotes nothing of it', async () => {
    const user = await desk.user();
    const path = await user.write('.docker/config.json', `{"auths": {"${host}": {"auth": "${AUTH}" oops`);
    const { code, message } = await user.fetch(host, image);
    assert.equal(code, 'E_CREDENTIALS');
    assert.ok(message.includes(path), message);
  });

  describe('larder login and logout', () => {
    const login = (input: string) => ({
      args: ['login', '--username', CARLY.username, '--password-stdin', host],
      options: { input },
    });

    it('signs in once for all fetches, and out again', async () => {
      const user = await desk.user();
      const config = join(user.home, '.docker/config.json');
      // The one file where they belong.
      desk.ledger.permit(config);
      const { args, options } = login(`${CARLY.password}\n`);
      const { code, stderr } = await user.larder(args, options);
      assert.equal(code, 0, stderr);
      assert.ok(stderr.includes(`saved in ${config} (unencrypted)`), stderr);
      assert.deepEqual(JSON.parse(await readFile(config, 'utf8')), { auths: { [host]: { auth: AUTH } } });
      assert.deepEqual(pick(await user.fetch(host, image)), ['ok', '']);

      assert.equal((await user.larder(['logout', host])).code, 0);
      assert.ok(!(await readFile(config, 'utf8')).includes(AUTH));
      assert.equal((await user.fetch(host, image)).code, 'E_AUTH_REQUIRED');
    });

    it('saves nothing that the registry refuses', async () => {
      const user = await desk.user();
      const { args, options } = login(WRONG);
      const { code, stderr } = await user.larder(args, options);
      assert.deepEqual([code, /\[(\w+)\]/.exec(stderr)?.[1]], [1, 'E_AUTH_REFUSED']);
      await assert.rejects(readFile(join(user.home, '.docker/config.json')), { code: 'ENOENT' });
    });

    it('takes no password from the command line, and does not repeat it', async () => {
      const user = await desk.user();
      // Not the secret itself: here it is the test that would say it.
      const { code, stderr } = await user.larder([
        'login',
        '--username',
        'carly',
        '--password',
        'typed-here',
        host,
      ]);
      assert.equal(code, 2);
      assert.ok(!stderr.includes('typed-here'), stderr);
    });

    it('keeps passwords with the helper that the file names', async () => {
      const user = await desk.user();
      await user.write('.docker/config.json', { credHelpers: { [host]: 'drawer' } });
      const drawer = join(user.home, 'drawer');
      desk.ledger.permit(drawer);
      desk.ledger.permit(join(user.home, 'drawer.calls'));
      await user.writeHelper(
        'drawer',
        `case $1 in
store) printf '%s' "$server" > '${drawer}' ;;
get) cat '${drawer}' ;;
erase) rm '${drawer}' ;;
esac`,
      );
      const { args, options } = login(CARLY.password);
      const { code, stderr } = await user.larder(args, options);
      assert.equal(code, 0, stderr);
      assert.ok(stderr.includes('saved by docker-credential-drawer'), stderr);
      assert.deepEqual(JSON.parse(await readFile(drawer, 'utf8')), {
        ServerURL: host,
        Username: CARLY.username,
        Secret: CARLY.password,
      });
      assert.ok(!(await readFile(join(user.home, '.docker/config.json'), 'utf8')).includes(AUTH));
      assert.deepEqual(pick(await user.fetch(host, image)), ['ok', '']);
      assert.equal((await user.larder(['logout', host])).code, 0);
      assert.ok((await user.helperCalls('drawer')).includes(`erase ${host}`));
    });
  });
});

function pick({ code, message }: { code: string; message: string }): [string, string] {
  return [code, message];
}
