import assert from 'node:assert/strict';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Authority } from './authority.ts';
import type { Pair } from './authority.ts';
import type { DeskImage, DeskUser } from './desk-user.ts';
import { RegistryDesk } from './registry-desk.ts';

describe('a registry with the certificate of a private authority', { concurrency: 2 }, () => {
  let desk: RegistryDesk;
  let image: DeskImage;
  let authority: Authority;
  let stranger: Authority;
  let client: Pair;
  let host: string;
  /** Wants certificates of its clients, too. */
  let guarded: string;

  before(async () => {
    desk = await RegistryDesk.open('tls');
    authority = await Authority.create(desk.path('authority'));
    stranger = await Authority.create(desk.path('stranger'));
    client = await authority.client('carly');
    const { certificate, key } = await authority.server('server');
    host = (await desk.registry({ tls: { certificate, key } })).host;
    guarded = (await desk.registry({ tls: { certificate, key, clientcas: [authority.certificate] } })).host;
    desk.ledger.keep('the key of a client', await pemBody(client.key));
    image = await desk.push('shop/web:1');
  });
  after(() => desk.close());

  /** Puts files into the user's certs.d for a registry. */
  async function certsD(
    user: DeskUser,
    registry: string,
    files: Readonly<Record<string, string>>,
  ): Promise<string> {
    const directory = join(user.home, '.config/containers/certs.d', registry);
    await mkdir(directory, { recursive: true });
    for (const [name, path] of Object.entries(files)) {
      desk.ledger.permit(join(directory, name));
      await copyFile(path, join(directory, name));
    }
    return directory;
  }

  it('is not believed as long as nobody says so, and is not asked over plain http instead', async () => {
    const { code, message } = await (await desk.user()).fetch(host, image);
    assert.equal(code, 'E_TLS');
    assert.match(message, /a private authority's goes into certs\.d or NODE_EXTRA_CA_CERTS/);
  });

  it('is believed where its authority is in certs.d, and no other host is', async () => {
    const user = await desk.user();
    await certsD(user, host, { 'ca.crt': authority.certificate });
    assert.equal((await user.fetch(host, image)).code, 'ok');
    assert.equal((await user.fetch(guarded, image)).code, 'E_TLS');
  });

  it('is not believed where another authority is in certs.d', async () => {
    const user = await desk.user();
    await certsD(user, host, { 'ca.crt': stranger.certificate });
    assert.equal((await user.fetch(host, image)).code, 'E_TLS');
  });

  it('is believed by NODE_EXTRA_CA_CERTS', async () => {
    const env = { NODE_EXTRA_CA_CERTS: authority.certificate };
    assert.equal((await (await desk.user()).fetch(host, image, [], { env })).code, 'ok');
  });

  it('is not looked at where registries.conf says insecure, and that is said', async () => {
    const user = await desk.user();
    await user.write(
      '.config/containers/registries.conf',
      `[[registry]]\nlocation = "${host}"\ninsecure = true\n`,
    );
    const { code, stderr } = await user.fetch(host, image);
    assert.equal(code, 'ok');
    assert.match(
      stderr,
      new RegExp(`warning: The TLS certificate of ${host} is not verified, as registries\\.conf says`),
    );
    // The file says it of that registry alone.
    assert.equal((await user.fetch(guarded, image)).code, 'E_TLS');
  });

  it('is not looked at with --insecure-options=tls, and that is said', async () => {
    const { code, stderr } = await (await desk.user()).fetch(host, image, ['--insecure-options=tls']);
    assert.equal(code, 'ok');
    assert.match(stderr, /warning: TLS certificates of registries and proxies are not verified/);
  });

  it('lets in who shows a certificate that it knows', async () => {
    const user = await desk.user();
    const files = {
      'ca.crt': authority.certificate,
      'client.cert': client.certificate,
      'client.key': client.key,
    };
    await certsD(user, guarded, files);
    assert.equal((await user.fetch(guarded, image)).code, 'ok');
  });

  it('does not let in who shows none, or one of another authority, and that is said', async () => {
    const without = await desk.user();
    await certsD(without, guarded, { 'ca.crt': authority.certificate });
    const none = await without.fetch(guarded, image);
    assert.equal(none.code, 'E_TLS', none.message);
    assert.match(
      none.message,
      /lets in only who shows a client certificate that it knows .*; put one into certs\.d/,
    );

    const other = await desk.user();
    const { certificate, key } = await stranger.client('stranger');
    await certsD(other, guarded, {
      'ca.crt': authority.certificate,
      'client.cert': certificate,
      'client.key': key,
    });
    const strange = await other.fetch(guarded, image);
    assert.deepEqual([strange.code, strange.message], [none.code, none.message]);
  });

  it('is not asked with half of a pair, with a key of another certificate, with what is no certificate', async () => {
    const { key } = await authority.client('other');
    const wrong: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [{ 'client.cert': client.certificate }, /client\.cert" is without its key/],
      [{ 'client.key': client.key }, /client\.key" is without its certificate/],
      [{ 'client.cert': client.certificate, 'client.key': key }, /client\.key/],
      [{ 'ca.crt': client.key }, /ca\.crt/],
    ];
    for (const [files, why] of wrong) {
      const user = await desk.user();
      await certsD(user, guarded, files);
      const { code, message } = await user.fetch(guarded, image);
      assert.equal(code, 'E_CONFIG');
      assert.match(message, why);
    }
  });
});

/** A line of the key itself: what would be read in a log. */
async function pemBody(path: string): Promise<string> {
  return (await readFile(path, 'utf8')).split('\n')[1] ?? '';
}
