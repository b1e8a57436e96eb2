import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority } from './authority.ts';
import type { DeskImage } from './desk-user.ts';
import { Front } from './front.ts';
import { CARLY, RegistryDesk, WRONG } from './registry-desk.ts';
import { LEEWAY, TokenIssuer } from './token-issuer.ts';

const base64 = (password: string): string => Buffer.from(`${CARLY.username}:${password}`).toString('base64');

describe('a registry behind a token server', () => {
  let desk: RegistryDesk;
  let issuer: TokenIssuer;
  let image: DeskImage;
  /** In front of the registry, whose token server is on its own host. */
  let front: Front;
  /** The same where the token server is on another host. */
  let strange: string;

  before(async () => {
    desk = await RegistryDesk.open('token');
    const authority = await Authority.create(desk.path('authority'));
    const pair = await authority.client('issuer');
    issuer = desk.adopt(await TokenIssuer.start(pair, (token) => desk.ledger.keep('a bearer token', token)));
    desk.ledger.keep('the identity token', issuer.identityToken);
    const behind = (host: string) => desk.registry({ auth: issuer.auth(host, authority.certificate) });
    front = desk.adopt(await Front.before((await behind('127.0.0.1')).host));
    strange = (await behind('localhost')).host;
    image = await desk.push('shop/web:1');
  });
  beforeEach(() => {
    front.behave();
    issuer.requests.length = 0;
    Object.assign(issuer, { anonymous: 'refused', life: 300 });
  });
  after(() => desk.close());

  const userWith = async (auths: Readonly<Record<string, object>>) => {
    const user = await desk.user();
    await user.write('.docker/config.json', { auths });
    return user;
  };

  for (const anonymous of ['refused', 'token'] as const) {
    it(`wants credentials, where without any one is ${anonymous === 'refused' ? anonymous : 'given a token for nothing'}`, async () => {
      issuer.anonymous = anonymous;
      const { code, message } = await (await desk.user()).fetch(front.host, image);
      assert.equal(code, 'E_AUTH_REQUIRED');
      assert.match(message, new RegExp(`larder login ${front.host}\\.$`));
      assert.deepEqual(new Set(issuer.requests.map(({ as }) => as)), new Set(['nobody']));
    });
  }

  it('gives a token for what is asked for, once for all of an image', async () => {
    const user = await userWith({ [front.host]: { auth: base64(CARLY.password) } });
    assert.equal((await user.fetch(front.host, image)).code, 'ok');
    assert.deepEqual(issuer.requests, [{ method: 'GET', scope: 'repository:shop/web:pull', as: 'carly' }]);
    // One question without a token; the password itself goes to the token server alone.
    assert.deepEqual(
      new Set(front.requests.slice(1).map(({ authorization }) => authorization?.split(' ')[0])),
      new Set(['Bearer']),
    );
    assert.equal(front.requests[0]?.authorization, undefined);
  });

  it('refuses a wrong password', async () => {
    const user = await userWith({ [front.host]: { auth: base64(WRONG) } });
    const { code, message } = await user.fetch(front.host, image);
    assert.equal(code, 'E_AUTH_REFUSED');
    assert.match(message, /refuses the credentials of carly from \S+config\.json/);
  });

  it('takes an identity token', async () => {
    const entry = { auth: base64('').replace(/=+$/, ''), identitytoken: issuer.identityToken };
    const user = await userWith({ [front.host]: entry });
    assert.equal((await user.fetch(front.host, image)).code, 'ok');
    assert.deepEqual(issuer.requests, [{ method: 'POST', scope: 'repository:shop/web:pull', as: 'carly' }]);
  });

  it('takes an identity token of a helper, and refuses one that is no longer good', async () => {
    const user = await desk.user();
    await user.write('.docker/config.json', { credsStore: 'drawer' });
    const answer = (Secret: string): string => `echo '${JSON.stringify({ Username: '<token>', Secret })}'`;
    await user.writeHelper('drawer', answer(issuer.identityToken));
    assert.equal((await user.fetch(front.host, image)).code, 'ok');
    desk.ledger.keep('an old identity token', 'identity-of-yesterday');
    await user.writeHelper('drawer', answer('identity-of-yesterday'));
    assert.equal((await user.fetch(front.host, image)).code, 'E_AUTH_REFUSED');
  });

  it('is asked for another token when the first has expired on the way', async () => {
    const user = await userWith({ [front.host]: { auth: base64(CARLY.password) } });
    issuer.life = 1 - LEEWAY;
    const release = front.hold(image.blob);
    const fetching = user.fetch(front.host, image);
    while (!front.lines.some((line) => line.endsWith(image.blob))) await sleep(20);
    issuer.life = 300;
    await sleep(2000);
    release();
    assert.equal((await fetching).code, 'ok');
    assert.ok(issuer.requests.length >= 2, JSON.stringify(issuer.requests));
  });

  it('signs in, with a look at the registry', async () => {
    const user = await desk.user();
    const login = ['login', '-u', CARLY.username, '--password-stdin', front.host];
    const refused = await user.larder(login, { input: WRONG });
    assert.match(refused.stderr, /\[E_AUTH_REFUSED\]/);
    desk.ledger.permit(`${user.home}/.docker/config.json`);
    assert.equal((await user.larder(login, { input: CARLY.password })).code, 0);
    assert.equal((await user.fetch(front.host, image)).code, 'ok');
  });

  it('on another host gets no credentials, unless somebody has named it', async () => {
    const user = await userWith({ [strange]: { auth: base64(CARLY.password) } });
    const server = `${strange}=localhost:${issuer.port}`;
    const { code, message } = await user.fetch(strange, image);
    assert.equal(code, 'E_AUTH_REALM');
    assert.ok(message.includes(`--token-server ${server}`), message);
    assert.deepEqual(new Set(issuer.requests.map(({ as }) => as)), new Set(['nobody']));
    assert.equal((await user.fetch(strange, image, ['--token-server', server])).code, 'ok');
    assert.equal(issuer.requests.at(-1)?.as, 'carly');
  });

  it('must not be reached by a redirect', async () => {
    const user = await userWith({ [front.host]: { auth: base64(CARLY.password) } });
    const challenge = { 'www-authenticate': `Bearer realm="http://${front.host}/elsewhere",service="x"` };
    front.misbehave('manifests/1', { kind: 'status', status: 401, headers: challenge });
    front.misbehave('', { kind: 'redirect', to: `http://127.0.0.1:${issuer.port}/token` });
    const { code, message } = await user.fetch(front.host, image);
    assert.equal(code, 'E_HTTP', message);
    assert.match(message, /answered 307/);
    assert.deepEqual(issuer.requests, []);
  });
});
