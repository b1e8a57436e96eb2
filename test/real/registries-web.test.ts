import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { copyFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { actoolBuild } from './actool.ts';
import type { DeskUser } from './desk-user.ts';
import { startNginx } from './nginx.ts';
import type { Nginx } from './nginx.ts';
import { CARLY, HTPASSWD, RegistryDesk, WRONG } from './registry-desk.ts';

const TOKEN = `oauth-${randomUUID()}`;
const HEAD = { rktKind: 'auth', rktVersion: 'v1' };

describe('a web server of ACIs that wants credentials', { concurrency: 2 }, () => {
  let desk: RegistryDesk;
  let nginx: Nginx;
  let imageId: string;

  before(async () => {
    desk = await RegistryDesk.open('web');
    desk.ledger.keep('the oauth token', TOKEN);
    nginx = desk.adopt(await startNginx(desk.path('nginx'), { users: HTPASSWD, token: TOKEN }));
    imageId = await actoolBuild(nginx.file('basic', 'app.aci').path, 'guarded');
    // A second build would have other times in it.
    await copyFile(nginx.file('basic', 'app.aci').path, nginx.file('oauth', 'app.aci').path);
  });
  after(() => desk.close());

  async function fetch(
    user: DeskUser,
    location: 'basic' | 'oauth',
  ): Promise<{ code: string; stderr: string }> {
    const args = ['fetch', '--insecure-options=image', nginx.file(location, 'app.aci').url];
    const { stdout, stderr } = await user.larder(args);
    if (stdout !== '') assert.equal(stdout.trim(), imageId);
    return { code: stdout === '' ? (/\[(E_\w+)\]/.exec(stderr)?.[1] ?? 'none') : 'ok', stderr };
  }
  const { username: user, password } = CARLY;
  const basic = (password: string): object => ({ type: 'basic', credentials: { user, password } });
  const oauth = (token: string): object => ({ type: 'oauth', credentials: { token } });
  const host = (): string => new URL(nginx.file('basic', '').url).host;
  const userWith = async (credentials: object, domain = host()): Promise<DeskUser> => {
    const user = await desk.user();
    await user.write('.config/larder/auth.d/web.json', { ...HEAD, domains: [domain], ...credentials });
    return user;
  };

  for (const location of ['basic', 'oauth'] as const) {
    it(`is not entered without any (${location}), and the sentence says where they go`, async () => {
      const { code, stderr } = await fetch(await desk.user(), location);
      assert.equal(code, 'E_AUTH_REQUIRED');
      assert.match(stderr, /auth\.d/);
    });
  }

  it('is entered with a user name and a password', async () => {
    assert.equal((await fetch(await userWith(basic(password)), 'basic')).code, 'ok');
  });

  it('is entered with a token', async () => {
    assert.equal((await fetch(await userWith(oauth(TOKEN)), 'oauth')).code, 'ok');
  });

  it('is not entered with wrong ones, or those of another host', async () => {
    assert.equal((await fetch(await userWith(basic(WRONG)), 'basic')).code, 'E_AUTH_REQUIRED');
    const elsewhere = await userWith(oauth(TOKEN), 'localhost:1');
    assert.equal((await fetch(elsewhere, 'oauth')).code, 'E_AUTH_REQUIRED');
  });

  it('is not asked when a file is wrong, and nothing of it is quoted', async () => {
    for (const wrong of [
      { type: 'basic', credentials: { user, passwort: password } },
      { type: 'oauth', credentials: { token: `${TOKEN} ${TOKEN}` } },
    ]) {
      const { code, stderr } = await fetch(await userWith(wrong), 'basic');
      assert.equal(code, 'E_CREDENTIALS');
      assert.match(stderr, /web\.json/);
    }
  });
});
