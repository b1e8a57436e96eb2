import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Authority, NAME } from './authority.ts';
import { ConnectProxy } from './connect-proxy.ts';
import type { DeskImage, Fetched } from './desk-user.ts';
import { CARLY, HTPASSWD, RegistryDesk } from './registry-desk.ts';

const PROXY_LOGIN = 'wanda:pr0xy-Sésame?3';
const PROXY_AUTH = `Basic ${Buffer.from(PROXY_LOGIN).toString('base64')}`;

describe('a registry behind a proxy', () => {
  let desk: RegistryDesk;
  let proxy: ConnectProxy;
  let image: DeskImage;
  let authority: Authority;
  /** `registry.example:PORT`: only the proxy knows where that is. */
  let host: string;
  let guarded: string;

  before(async () => {
    desk = await RegistryDesk.open('proxy');
    desk.ledger.keep("the proxy's login", PROXY_LOGIN);
    desk.ledger.keep("the proxy's password", PROXY_LOGIN.replace('wanda:', ''));
    authority = await Authority.create(desk.path('authority'));
    const { certificate, key } = await authority.server('server');
    const tls = { certificate, key };
    host = `${NAME}:${(await desk.registry({ tls })).port}`;
    const path = desk.path('htpasswd');
    await writeFile(path, HTPASSWD);
    const auth = { htpasswd: { realm: 'Larder tests', path } };
    guarded = `${NAME}:${(await desk.registry({ tls, auth })).port}`;
    proxy = desk.adopt(await ConnectProxy.start());
    image = await desk.push('shop/web:1');
  });
  beforeEach(() => proxy.reset());
  after(() => desk.close());

  const fetch = async (env: Readonly<Record<string, string>>, registry = host): Promise<Fetched> => {
    const certificates = { NODE_EXTRA_CA_CERTS: authority.certificate };
    return (await desk.user()).fetch(registry, image, [], { env: { ...certificates, ...env } });
  };
  const viaProxy = (login = ''): { HTTPS_PROXY: string } => ({ HTTPS_PROXY: `http://${login}${proxy.host}` });
  const LOGIN = `${PROXY_LOGIN.split(':').map(encodeURIComponent).join(':')}@`;

  it('is reached through a tunnel, by the name that is asked for', async () => {
    assert.equal((await fetch(viaProxy())).code, 'ok');
    assert.deepEqual(new Set(proxy.tunnels.map(({ to }) => to)), new Set([host]));
    assert.ok(proxy.tunnels.every(({ authorization }) => authorization === undefined));
  });

  it('is reached through a proxy that wants a password; the small letters count as well', async () => {
    proxy.login = PROXY_LOGIN;
    assert.equal((await fetch({ https_proxy: `http://${LOGIN}${proxy.host}` })).code, 'ok');
    assert.ok(proxy.tunnels.every(({ authorization }) => authorization === PROXY_AUTH));
  });

  it('is told from a proxy that wants a password which nobody gave, or refuses, or cannot connect', async () => {
    proxy.login = PROXY_LOGIN;
    const nobody = await fetch(viaProxy());
    assert.equal(nobody.code, 'E_PROXY');
    assert.match(nobody.message, /the proxy answered 407 when asked to connect to registry\.example/);
    const stranger = await fetch(viaProxy(LOGIN.replace('wanda', 'wendy')));
    assert.equal(stranger.code, 'E_PROXY');
    for (const status of [403, 502]) {
      proxy.reset();
      proxy.refuse = status;
      const { code, message } = await fetch(viaProxy());
      assert.equal(code, 'E_PROXY');
      assert.match(message, new RegExp(`the proxy answered ${status}`));
      assert.equal(proxy.tunnels.length, 1);
    }
  });

  it('is told from a proxy that is down, or whose address is none, and no password is repeated', async () => {
    const gone = await ConnectProxy.start();
    const address = gone.host;
    await gone.close();
    const down = await fetch({ HTTPS_PROXY: `http://${LOGIN}${address}` });
    assert.equal(down.code, 'E_PROXY', down.message);
    assert.match(down.message, /could not be reached, because the proxy could not \(PROXY_ECONNREFUSED\)/);
    const broken = await fetch({ HTTPS_PROXY: `socks5://${LOGIN}${proxy.host}` });
    assert.equal(broken.code, 'E_PROXY', broken.message);
  });

  it('is looked for directly where NO_PROXY says so, and there is no such name', async () => {
    const { code, message } = await fetch({ ...viaProxy(), NO_PROXY: `.org, ${NAME}` });
    assert.equal(code, 'E_DNS', message);
    assert.deepEqual(proxy.tunnels, []);
  });

  it('may be this machine, which is never behind a proxy', async () => {
    assert.equal(
      (await fetch({ ...viaProxy(), HTTP_PROXY: `http://${proxy.host}` }, desk.openHost)).code,
      'ok',
    );
    assert.deepEqual(proxy.tunnels, []);
  });

  it('is not believed through a proxy either, when its authority is not known', async () => {
    assert.equal((await fetch({ ...viaProxy(), NODE_EXTRA_CA_CERTS: '' })).code, 'E_TLS');
  });

  it('gets credentials that the proxy does not see, and the proxy gets its own', async () => {
    proxy.login = PROXY_LOGIN;
    const user = await desk.user();
    const options = { env: { ...viaProxy(LOGIN), NODE_EXTRA_CA_CERTS: authority.certificate } };
    const login = ['login', '--username', CARLY.username, '--password-stdin', guarded];
    desk.ledger.permit(`${user.home}/.docker/config.json`);
    const { code, stderr } = await user.larder(login, { ...options, input: CARLY.password });
    assert.equal(code, 0, stderr);
    assert.equal((await user.fetch(guarded, image, [], options)).code, 'ok');
    assert.deepEqual(new Set(proxy.tunnels.map(({ authorization }) => authorization)), new Set([PROXY_AUTH]));
  });
});
