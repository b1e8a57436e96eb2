import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SignatureVerifier } from '../../server/src/engine/trust/verifier.ts';
import { buildAci } from '../helpers/aci.ts';
import { openEngineFixture } from './engine-fixture.ts';
import type { EngineFixture } from './engine-fixture.ts';

const aci = buildAci();
const tag = (template: string): string => `<meta name="ac-discovery" content="example.com ${template}">`;

function servePage(t: EngineFixture, ...templates: string[]): void {
  t.origin.serve('//example.com/app?ac-discovery=1', { body: templates.map(tag).join('') });
}

describe('a discovered image', () => {
  it('is tried at one place after the other', async () => {
    await using t = await openEngineFixture();
    servePage(t, 'https://one.example/{name}.{ext}', 'https://two.example/{name}.{ext}');
    t.origin.serve('//one.example/example.com/app.aci', {
      body: buildAci({ name: 'example.com/other' }).gzip,
    });
    t.origin.serve('//two.example/example.com/app.aci', { body: aci.gzip });
    assert.equal((await t.get('example.com/app:1', 'default')).imageId, aci.imageId);
    assert.equal(t.store.view().imageCount, 1);
  });

  it('that is nowhere fails with the last failure', async () => {
    await using t = await openEngineFixture();
    servePage(t, 'https://one.example/{name}.{ext}', 'https://two.example/{name}.{ext}');
    t.origin.serve('//one.example/example.com/app.aci', { status: 403 });
    await assert.rejects(t.get('example.com/app:1', 'default'), {
      code: 'E_NOT_FOUND',
      message: /two\.example/,
    });
  });

  it('without a version is kept as the latest, which wins over what is imported later', async () => {
    await using t = await openEngineFixture();
    servePage(t, 'https://one.example/{name}-latest.{ext}', 'https://one.example/{name}-{version}.{ext}');
    const [latest, older] = [buildAci({ content: 'latest' }), buildAci({ content: 'older' })];
    t.origin.serve('//one.example/example.com/app-latest.aci', { body: latest.gzip });
    t.origin.serve('//one.example/example.com/app-1.aci', { body: older.gzip });
    await t.get('example.com/app', 'default');
    t.host.now += 1000;
    await t.get('example.com/app:1', 'remote');
    assert.equal(t.record('example.com/app')?.image.imageId, latest.imageId);
    assert.equal(t.record('example.com/app:1')?.image.imageId, older.imageId);
  });

  it('is refused when the store has something else under its URL, fresh as it may be', async () => {
    await using t = await openEngineFixture();
    servePage(t, 'https://one.example/app.{ext}');
    t.origin.serve('//one.example/app.aci', { body: aci.gzip, headers: { 'cache-control': 'max-age=60' } });
    await t.get('https://one.example/app.aci', 'default');
    await assert.rejects(t.get('example.com/app:2', 'default'), {
      code: 'E_MANIFEST',
      message: /its label "version" is "1", and "2" was asked for/,
    });
  });

  it('has its signature where the template says', async () => {
    const verifier: SignatureVerifier = {
      verify: () => Promise.resolve([{ fingerprint: 'F', identity: 'I' }]),
    };
    await using t = await openEngineFixture({ insecureImage: false, verifier });
    servePage(t, 'https://one.example/get?ext={ext}');
    t.origin.serve('/get?ext=aci', { body: aci.gzip });
    t.origin.serve('/get?ext=aci.asc', { body: 'signature' });
    await t.get('example.com/app:1', 'default');
    assert.deepEqual(t.origin.lines.slice(1), [
      '//one.example/get?ext=aci.asc → 200',
      '//one.example/get?ext=aci → 200',
    ]);
  });
});
