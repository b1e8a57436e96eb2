import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { buildImage, buildIndex } from '../../helpers/images.ts';
import { openEngineFixture, writePolicy } from '../engine-fixture.ts';
import type { EngineFixture } from '../engine-fixture.ts';
import { payload, signMessage } from '../policy/signing.ts';
import { makeKey } from '../trust/keys.ts';

const ACCEPT = [{ type: 'insecureAcceptAnything' }];
const REJECT = [{ type: 'reject' }];

const app = await buildImage({ layers: [{ files: [{ name: 'app', content: 'the app' }] }] });

/** The paths that were asked for, without the host. */
const asked = ({ registry }: EngineFixture): string[] =>
  registry.requestLines.map((line) => line.replace(/sha256:\S+/, 'DIGEST'));

/** Signs an image of the registry where the user's tools look for it, and returns a requirement of that signature. */
async function sign({ home, registry }: EngineFixture, tag: string, digest: string): Promise<object> {
  const key = await makeKey('Alice', { userIDs: [{ name: 'Alice', email: 'alice@example.com' }] });
  const keyPath = join(home, 'alice.key');
  await writeFile(keyPath, key.publicKey.armor());
  const directory = join(home, '.local/share/containers/sigstore', `team/app@${digest.replace(':', '=')}`);
  await mkdir(directory, { recursive: true });
  const signature = await signMessage(payload(`${registry.host}/team/app:${tag}`, digest), [key]);
  await writeFile(join(directory, 'signature-1'), signature);
  return { type: 'signedBy', keyType: 'GPGKeys', keyPath };
}

describe('an image policy', () => {
  it('that rejects an image keeps all of it but the manifest from being asked for', async () => {
    await using fixture = await openEngineFixture();
    fixture.registry.push('team/app', '1', app);
    await writePolicy(fixture.home, { default: REJECT });
    await assert.rejects(fixture.fetch('team/app:1', 'default'), {
      code: 'E_POLICY',
      message: /is rejected by/,
    });
    assert.deepEqual(asked(fixture), ['GET /v2/team/app/manifests/1 → 200']);
    assert.equal(fixture.store.view().imageCount, 0);
  });

  it('that asks for a signature accepts who has one, and it is known then who signed', async () => {
    await using fixture = await openEngineFixture();
    fixture.registry.push('team/app', '1', app);
    await writePolicy(fixture.home, { default: [await sign(fixture, '1', app.digest)] });
    assert.equal((await fixture.fetch('team/app:1', 'default')).outcome, 'fetched');
    const record = fixture.record(`docker://${fixture.registry.host}/team/app:1`);
    assert.deepEqual(
      record?.image.signers.map(({ identity }) => identity),
      ['Alice <alice@example.com>'],
    );
  });

  it('is about the image of the platform, as it is signed, where there is an index', async () => {
    await using fixture = await openEngineFixture();
    const index = buildIndex([app]);
    fixture.registry.push('team/app', '1', index);
    await writePolicy(fixture.home, { default: [await sign(fixture, '1', app.digest)] });
    assert.equal((await fixture.fetch('team/app:1', 'default')).outcome, 'fetched');
  });

  it('rejects an image that is not signed, or for another tag', async () => {
    await using fixture = await openEngineFixture();
    for (const tag of ['1', '2']) fixture.registry.push('team/app', tag, app);
    const other = await buildImage({ layers: [{ files: [{ name: 'app', content: 'another' }] }] });
    fixture.registry.push('team/app', '3', other);
    await writePolicy(fixture.home, { default: [await sign(fixture, '1', app.digest)] });
    await assert.rejects(fixture.fetch('team/app:2', 'default'), { code: 'E_SIGNATURE_BAD' });
    await assert.rejects(fixture.fetch('team/app:3', 'default'), { code: 'E_SIGNATURE_MISSING' });
  });

  it('that has changed judges an image that has not, when the remote is asked', async () => {
    await using fixture = await openEngineFixture();
    fixture.registry.push('team/app', '1', app);
    await fixture.fetch('team/app:1', 'default');
    await writePolicy(fixture.home, { default: REJECT, transports: { docker: { '': REJECT } } });
    await assert.rejects(fixture.fetch('team/app:1', 'remote'), {
      code: 'E_POLICY',
      message: /the store still holds sha512-/,
    });
    await writePolicy(fixture.home, { default: ACCEPT });
    assert.equal((await fixture.fetch('team/app:1', 'remote')).outcome, 'revalidated');
  });

  it('that is not valid accepts nothing', async () => {
    await using fixture = await openEngineFixture();
    fixture.registry.push('team/app', '1', app);
    await writePolicy(fixture.home, { default: ACCEPT, defaults: REJECT });
    await assert.rejects(fixture.fetch('team/app:1', 'default'), { code: 'E_CONFIG', message: /line 1/ });
  });
});
