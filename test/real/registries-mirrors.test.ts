import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { Fault } from '../helpers/registry-faults.ts';
import type { DeskImage, DeskUser } from './desk-user.ts';
import { Front } from './front.ts';
import { CARLY, HTPASSWD, RegistryDesk } from './registry-desk.ts';

const AUTH = Buffer.from(`${CARLY.username}:${CARLY.password}`).toString('base64');

/** A byte in the middle is another one. */
function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = copy.length >> 1;
  copy.writeUInt8(copy.readUInt8(middle) ^ 1, middle);
  return copy;
}

describe('a registry with mirrors', () => {
  let desk: RegistryDesk;
  let image: DeskImage;
  let source: Front;
  let mirror: Front;
  /** A real registry in which there is nothing. */
  let empty: string;
  let lost: string;

  before(async () => {
    desk = await RegistryDesk.open('mirrors');
    const path = desk.path('htpasswd');
    await writeFile(path, HTPASSWD);
    const guarded = await desk.registry({ auth: { htpasswd: { realm: 'Larder tests', path } } });
    source = desk.adopt(await Front.before(guarded.host));
    mirror = desk.adopt(await Front.before((await desk.registry()).host));
    empty = (await desk.registry({ storage: desk.path('storage') })).host;
    const gone = await Front.before(empty);
    lost = gone.host;
    await gone.close();
    image = await desk.push('shop/web:1', 200_000);
  });
  beforeEach(() => {
    source.behave();
    mirror.behave();
  });
  after(() => desk.close());

  /** Somebody with credentials for the source, and these tables of registries.conf. */
  async function userWith(...tables: readonly string[]): Promise<DeskUser> {
    const user = await desk.user();
    await user.write('.docker/config.json', { auths: { [source.host]: { auth: AUTH } } });
    await user.write('.config/containers/registries.conf', tables.join('\n'));
    return user;
  }
  const registry = (...words: readonly string[]): string =>
    ['[[registry]]', `location = "${source.host}"`, ...words].join('\n');
  const mirrored = (location = mirror.host, ...words: readonly string[]): string =>
    ['[[registry.mirror]]', `location = "${location}"`, ...words].join('\n');

  const blobsOf = ({ lines }: Front): number => lines.filter((line) => line.includes('/blobs/')).length;
  const byTag = ({ lines }: Front): number => lines.filter((line) => line.endsWith('/manifests/1')).length;

  it('gets bytes from the mirror, and the meaning of a tag from the registry itself', async () => {
    const user = await userWith(registry(), mirrored());
    assert.equal((await user.fetch(source.host, image)).code, 'ok');
    assert.deepEqual([byTag(mirror), blobsOf(source)], [0, 0]);
    assert.ok(byTag(source) > 0);
    assert.ok(blobsOf(mirror) >= 2);
  });

  it('asks the mirror for all that has a digest', async () => {
    const user = await userWith(registry(), mirrored());
    assert.equal((await user.fetchByDigest(source.host, image)).code, 'ok');
    assert.deepEqual(source.requests, []);
  });

  it('asks the mirror for tags where the file says so', async () => {
    const user = await userWith(registry(), mirrored(mirror.host, 'pull-from-mirror = "all"'));
    assert.equal((await user.fetch(source.host, image)).code, 'ok');
    assert.deepEqual(source.requests, []);
  });

  it('shows no mirror the credentials of the registry, even when it asks', async () => {
    const user = await userWith(registry(), mirrored());
    const challenge = { 'www-authenticate': 'Basic realm="mirror"' };
    mirror.misbehave('', { kind: 'status', status: 401, headers: challenge });
    assert.equal((await user.fetch(source.host, image)).code, 'ok');
    assert.ok(mirror.requests.length > 0);
    assert.ok(mirror.requests.every(({ authorization }) => authorization === undefined));
    assert.ok(source.requests.some(({ authorization }) => authorization === `Basic ${AUTH}`));
  });

  it('takes no wrong byte of a layer', async () => {
    const user = await userWith(registry(), mirrored());
    const bytes = flipped(await mirror.bytes(`${image.repository}/${image.blob}`));
    mirror.misbehave(image.blob, { kind: 'body', bytes });
    assert.equal((await user.fetch(source.host, image)).code, 'ok');
    assert.ok(mirror.lines.includes(`GET ${image.repository}/${image.blob}`));
    assert.ok(source.lines.includes(`GET ${image.repository}/${image.blob}`));
  });

  it('takes no wrong byte of a manifest, whatever the mirror calls it', async () => {
    const path = `manifests/${image.digest}`;
    const bytes = flipped(await mirror.bytes(`${image.repository}/${path}`));
    mirror.misbehave(path, { kind: 'body', bytes });
    const user = await userWith(registry(), mirrored());
    assert.equal((await user.fetchByDigest(source.host, image)).code, 'ok');
    assert.ok(mirror.lines.includes(`GET ${image.repository}/${path}`));
    assert.ok(source.lines.includes(`GET ${image.repository}/${path}`));
  });

  it('says so when the only one who may answer lies', async () => {
    const bytes = flipped(await mirror.bytes(`${image.repository}/${image.blob}`));
    mirror.misbehave(image.blob, { kind: 'body', bytes });
    const user = await userWith(registry('blocked = true'), mirrored());
    const { code, message } = await user.fetch(source.host, image);
    assert.equal(code, 'E_DIGEST', message);
    assert.deepEqual(source.requests, []);
  });

  /** What is wrong with a mirror: with the one that has everything, unless there is another to ask. */
  const idle: Readonly<Record<string, Fault | (() => string)>> = {
    'is down': () => lost,
    'has nothing': () => empty,
    'wants to be left alone': { kind: 'status', status: 429, headers: { 'retry-after': '3600' } },
    'breaks off in the middle': { kind: 'cut', after: 50_000 },
    'forges ranges': { kind: 'status', status: 206 },
    'sends elsewhere, in a circle': { kind: 'redirect', to: '/v2/circle' },
  };
  for (const [what, wrong] of Object.entries(idle)) {
    it(`goes past a mirror that ${what}`, async () => {
      if (typeof wrong !== 'function') mirror.misbehave('', wrong);
      const user = await userWith(registry(), mirrored(typeof wrong === 'function' ? wrong() : mirror.host));
      assert.equal((await user.fetch(source.host, image)).code, 'ok');
      assert.ok(blobsOf(source) > 0);
    });
  }

  it('asks mirrors in order, each for what the one before could not give', async () => {
    const user = await userWith(registry(), mirrored(lost), mirrored(empty), mirrored());
    assert.equal((await user.fetch(source.host, image)).code, 'ok');
    assert.equal(blobsOf(source), 0);
    assert.ok(blobsOf(mirror) >= 2);
  });

  it('is not asked where it is blocked', async () => {
    const user = await userWith(registry('blocked = true'));
    const { code, message } = await user.fetch(source.host, image);
    assert.equal(code, 'E_BLOCKED');
    assert.match(message, /registries\.conf blocks/);
    assert.deepEqual(source.requests, []);
  });

  it('takes the configuration of --registries-conf instead', async () => {
    const user = await userWith();
    const path = await user.write('blocks.conf', registry('blocked = true'));
    assert.equal((await user.fetch(source.host, image, ['--registries-conf', path])).code, 'E_BLOCKED');
    assert.equal((await user.fetch(source.host, image)).code, 'ok');
  });
});
