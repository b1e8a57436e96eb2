import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Credentials } from '../../server/src/engine/auth/credentials.ts';
import type { ProgramCall } from '../../server/src/engine/host.ts';
import { createHost } from '../../server/src/host.ts';
import type { DeskImage, DeskUser } from './desk-user.ts';
import { CARLY, HTPASSWD, RegistryDesk, WRONG } from './registry-desk.ts';

const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** What a helper answers that has credentials. */
const answer = (password: string): string =>
  `printf '%s' '${JSON.stringify({ ServerURL: 'any', Username: CARLY.username, Secret: password })}'`;

describe('a credential helper on PATH', { concurrency: 2 }, () => {
  let desk: RegistryDesk;
  let image: DeskImage;
  let host: string;

  before(async () => {
    desk = await RegistryDesk.open('helper');
    const path = desk.path('htpasswd');
    await writeFile(path, HTPASSWD);
    host = (await desk.registry({ auth: { htpasswd: { realm: 'Larder tests', path } } })).host;
    image = await desk.push('shop/web:1');
  });
  after(() => desk.close());

  /** Somebody whose config.json names a helper for the registry. */
  async function userWithHelper(body: string): Promise<DeskUser> {
    const user = await desk.user();
    await user.write('.docker/config.json', { credHelpers: { [host]: 'drawer' } });
    await user.writeHelper('drawer', body);
    return user;
  }

  it('is asked once for several images, and about the registry alone', async () => {
    const user = await userWithHelper(answer(CARLY.password));
    const others = await Promise.all([desk.push('shop/api:1'), desk.push('other/jobs:2')]);
    const images = [image, ...others].map(({ name }) => `docker://${host}/${name}`);
    const { code, stderr } = await user.larder(['fetch', ...images]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await user.helperCalls('drawer'), [`get ${host}`]);
    // That it was seen how the helper was started; what was seen is looked through at the end.
    const witness = await readFile(join(user.home, 'witness'), 'utf8');
    assert.match(witness, /docker-credential-drawer\0get\0/);
    assert.match(witness, /larder\.js\0fetch\0/);
  });

  it('may be the one of all registries', async () => {
    const user = await desk.user();
    await user.write('.docker/config.json', { credsStore: 'drawer' });
    await user.writeHelper('drawer', answer(CARLY.password));
    assert.equal((await user.fetch(host, image)).code, 'ok');
    assert.deepEqual(await user.helperCalls('drawer'), [`get ${host}`]);
  });

  it('may be one that registries.conf names', async () => {
    const user = await desk.user();
    await user.write('.config/containers/registries.conf', 'credential-helpers = ["drawer"]\n');
    await user.writeHelper('drawer', answer(CARLY.password));
    assert.equal((await user.fetch(host, image)).code, 'ok');
    assert.deepEqual(await user.helperCalls('drawer'), [`get ${host}`]);
  });

  it('is not asked where nobody wants credentials', async () => {
    const user = await desk.user();
    await user.write('.docker/config.json', { credsStore: 'drawer' });
    await user.writeHelper('drawer', answer(CARLY.password));
    assert.equal((await user.fetch(desk.openHost, image)).code, 'ok');
    await assert.rejects(user.helperCalls('drawer'), { code: 'ENOENT' });
  });

  it('that has nothing leaves nothing to sign in with', async () => {
    const user = await userWithHelper(`echo 'credentials not found in native keychain'; exit 1`);
    assert.equal((await user.fetch(host, image)).code, 'E_AUTH_REQUIRED');
  });

  it('that has a wrong password is named by the refusal', async () => {
    const user = await userWithHelper(answer(WRONG));
    const { code, message } = await user.fetch(host, image);
    assert.equal(code, 'E_AUTH_REFUSED');
    assert.match(message, /the credentials of carly from docker-credential-drawer, which \S+ names/);
  });

  const broken: readonly (readonly [string, string, RegExp])[] = [
    [
      'fails',
      `echo 'the drawer is locked' >&2; exit 3`,
      /failed with exit code 3 and said "the drawer is locked"/,
    ],
    [
      'fails with its answer half said',
      `${answer(CARLY.password)}; exit 3`,
      /failed with exit code 3; run it/,
    ],
    [
      'answers with something else',
      `echo '${CARLY.password}'`,
      /answered with something that is no credential/,
    ],
    ['is ended by a signal', 'kill -9 $$', /was ended by a signal/],
  ];
  for (const [what, body, why] of broken) {
    it(`that ${what} ends the fetch, and says why`, async () => {
      const { code, message } = await (await userWithHelper(body)).fetch(host, image);
      assert.equal(code, 'E_CREDENTIALS');
      assert.match(message, why);
    });
  }

  it('that hangs is ended, and so is the fetch', async () => {
    const user = await userWithHelper('exec sleep 60');
    const world = createHost({ log: QUIET, env: user.env });
    // As patient as it is in earnest the suite would take half a minute.
    const impatient = { ...world, run: (call: ProgramCall) => world.run({ ...call, timeout: 300 }) };
    const found = new Credentials(impatient, 'linux').find(
      { registry: host, repository: 'shop/web' },
      undefined,
    );
    await assert.rejects(found, { code: 'E_CREDENTIALS', message: /did not answer within 30 seconds/ });
  });

  it('that is absent ends the fetch; a directory that is relative is no place for it', async () => {
    const user = await desk.user();
    await user.write('.docker/config.json', { credHelpers: { [host]: 'nowhere' } });
    const { code, message } = await user.fetch(host, image, [], { env: { PATH: 'bin:.::/usr/bin' } });
    assert.equal(code, 'E_CREDENTIALS');
    assert.match(
      message,
      /docker-credential-nowhere, which \S+ names, is in no absolute directory of PATH; install it/,
    );
  });
});
