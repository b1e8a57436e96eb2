import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { FetchProgress } from '../../../server/src/engine/progress.ts';
import type { SignatureVerifier, SignedImage } from '../../../server/src/engine/trust/verifier.ts';
import { buildAci } from '../../helpers/aci.ts';
import { openEngineFixture } from '../engine-fixture.ts';
import type { EngineFixture } from '../engine-fixture.ts';

const aci = buildAci();
const MINUTE = 60_000;

const open = (path: string): number => Number(/bytes=(\d+)/.exec(path)?.[1] ?? 0);
const partials = (t: EngineFixture): Promise<string[]> => readdir(join(t.store.root, 'partial'));

describe('an http image', () => {
  it('has the freshness that the 304 brings', async () => {
    await using t = await openEngineFixture();
    const headers = { etag: '"a"', 'cache-control': 'max-age=60' };
    t.origin.serve('/a.aci', { body: aci.gzip, headers, notModified: { 'cache-control': 'max-age=600' } });
    await t.get('/a.aci', 'default');
    t.host.now += 2 * MINUTE;
    assert.equal((await t.get('/a.aci', 'remote')).outcome, 'revalidated');
    assert.deepEqual(t.record('/a.aci')?.remote?.checkedAt, t.host.now);
    t.host.now += 9 * MINUTE;
    assert.equal((await t.get('/a.aci', 'remote')).outcome, 'cached');
    t.host.now += 2 * MINUTE;
    assert.equal((await t.get('/a.aci', 'remote')).outcome, 'revalidated');
    assert.deepEqual(t.origin.lines, [
      '/a.aci → 200',
      '/a.aci if-none-match="a" → 304',
      '/a.aci if-none-match="a" → 304',
    ]);
  });

  it('is downloaded when a 304 speaks of other bytes than were asked about', async () => {
    await using t = await openEngineFixture();
    const resource = { body: aci.gzip, headers: { etag: '"a"' } };
    t.origin.serve('/a.aci', resource, { status: 304, headers: { etag: '"b"' } }, resource);
    await t.get('/a.aci', 'default');
    assert.equal((await t.get('/a.aci', 'remote')).outcome, 'fetched');
    assert.deepEqual(t.origin.lines.slice(1), ['/a.aci if-none-match="a" → 304', '/a.aci → 200']);
  });

  it('is found behind redirects, and kept under the URL that was asked', async () => {
    await using t = await openEngineFixture();
    t.origin.serve('/latest.aci', { status: 302, headers: { location: '/v1.aci' } });
    t.origin.serve('/v1.aci', { body: aci.gzip, headers: { etag: '"a"', 'cache-control': 'max-age=60' } });
    const { imageId } = await t.get('/latest.aci', 'default');
    assert.equal(imageId, aci.imageId);
    assert.equal(t.record('/v1.aci'), undefined);
    // The redirect may lead elsewhere tomorrow: it is asked each time.
    assert.equal((await t.get('/latest.aci', 'remote')).outcome, 'revalidated');
    assert.deepEqual(t.origin.lines.slice(2), [
      '/latest.aci if-none-match="a" → 302',
      '/v1.aci if-none-match="a" → 304',
    ]);
  });

  it('leaves nothing half-way behind, whether it succeeds or not', async () => {
    await using t = await openEngineFixture();
    t.origin.serve('/a.aci', { body: aci.gzip, headers: { etag: '"a"' } });
    t.origin.serve('/bad.aci', { body: 'no image', headers: { etag: '"a"' } });
    await t.get('/a.aci', 'default');
    await assert.rejects(t.get('/bad.aci', 'default'), {
      code: 'E_ARCHIVE',
      message: /\/bad\.aci was not imported: the archive was refused/,
    });
    assert.deepEqual(await partials(t), []);
    assert.equal(t.store.view().imageCount, 1);
  });

  it('with a manifest that says nothing usable is refused', async () => {
    await using t = await openEngineFixture();
    t.origin.serve('/a.aci', { body: buildAci({ name: 'Not a name' }).bytes });
    await assert.rejects(t.get('/a.aci', 'default'), { code: 'E_MANIFEST', message: /"Not a name"/ });
  });
});

describe('an interrupted download', () => {
  const big = buildAci({ content: randomBytes(300_000).toString('latin1') });
  const whole = { body: big.gzip, headers: { etag: '"big"' } };
  const cut = { ...whole, cutAfter: 200_000 };

  it('goes on where it was, in the same run', async () => {
    await using t = await openEngineFixture();
    t.origin.serve('/a.aci', cut, whole);
    const seen: FetchProgress[] = [];
    const { imageId } = await t.get('/a.aci', 'default', { onProgress: (progress) => seen.push(progress) });
    assert.equal(imageId, big.imageId);
    const [, second = ''] = t.origin.lines;
    assert.match(second, /^\/a\.aci range=bytes=\d+- if-range="big" → 206$/);
    assert.ok(open(second) > 0);
    const received = seen.map((progress) => progress.received);
    assert.deepEqual(
      received,
      received.toSorted((a, b) => a - b),
    );
  });

  it('goes on where it was, in a later run', async () => {
    await using t = await openEngineFixture();
    t.origin.serve('/a.aci', cut, { status: 404 }, whole);
    await assert.rejects(t.get('/a.aci', 'default'), { code: 'E_NOT_FOUND' });
    assert.equal((await partials(t)).length, 1);
    assert.equal((await t.get('/a.aci', 'default')).imageId, big.imageId);
    assert.match(t.origin.lines.at(-1) ?? '', /range=bytes=[1-9]\d*- if-range="big" → 206$/);
    assert.deepEqual(await partials(t), []);
  });

  for (const [what, headers, after] of [
    ['the bytes have changed', { etag: '"big"' }, { body: aci.gzip, headers: { etag: '"other"' } }],
    ['there is no ETag', {}, { body: aci.gzip }],
    ['the ETag is weak', { etag: 'W/"big"' }, { body: aci.gzip, headers: { etag: 'W/"big"' } }],
  ] as const) {
    it(`begins again when ${what}`, async () => {
      await using t = await openEngineFixture();
      t.origin.serve('/a.aci', { ...cut, headers }, after);
      assert.equal((await t.get('/a.aci', 'default')).imageId, aci.imageId);
      assert.match(t.origin.lines.at(-1) ?? '', /→ 200$/);
    });
  }

  for (const [what, resource] of [
    [
      '206 for another part',
      { status: 206, body: 'x', headers: { etag: '"big"', 'content-range': 'bytes 0-0/9' } },
    ],
    ['416', { status: 416 }],
  ] as const) {
    it(`begins again when the server answers ${what}`, async () => {
      await using t = await openEngineFixture();
      t.origin.serve('/a.aci', cut, resource, whole);
      assert.equal((await t.get('/a.aci', 'default')).imageId, big.imageId);
      assert.equal(t.origin.lines.at(-1), '/a.aci → 200');
    });
  }
});

describe('the signature of an ACI', () => {
  const signer = { fingerprint: 'F'.repeat(40), identity: 'Somebody' };

  function verifierOf(seen: (SignedImage & { bytes: Buffer })[]): SignatureVerifier {
    return {
      verify: async (image) => {
        seen.push({ ...image, bytes: await readFile(image.file) });
        return [signer];
      },
    };
  }

  it('is asked for first, and verified over the bytes as they were served', async () => {
    const seen: (SignedImage & { bytes: Buffer })[] = [];
    await using t = await openEngineFixture({ insecureImage: false, verifier: verifierOf(seen) });
    t.origin.serve('/a.aci', { body: aci.gzip });
    t.origin.serve('/a.aci.asc', { body: 'signature' });
    await t.get('/a.aci', 'default');
    assert.deepEqual(t.origin.lines, ['/a.aci.asc → 200', '/a.aci → 200']);
    assert.deepEqual(
      seen.map(({ name, signature, bytes }) => [name, Buffer.from(signature).toString(), bytes]),
      [['example.com/app', 'signature', aci.gzip]],
    );
    assert.deepEqual(t.record('/a.aci')?.image.signers, [signer]);
  });

  it('is asked for again after the image when it was not ready', async () => {
    await using t = await openEngineFixture({ insecureImage: false, verifier: verifierOf([]) });
    t.origin.serve('/a.aci', { body: aci.gzip });
    t.origin.serve('/a.aci.asc', { status: 202 }, { body: 'signature' });
    await t.get('/a.aci', 'default');
    assert.deepEqual(t.origin.takeLines(), ['/a.aci.asc → 202', '/a.aci → 200', '/a.aci.asc → 200']);
    t.origin.serve('/a.aci.asc', { status: 202 });
    await assert.rejects(t.get('/a.aci', 'remote'), {
      code: 'E_SIGNATURE_MISSING',
      message: /still making it/,
    });
  });

  it('is not asked for when the image is the same', async () => {
    await using t = await openEngineFixture({ insecureImage: false, verifier: verifierOf([]) });
    t.origin.serve('/a.aci', { body: aci.gzip, headers: { etag: '"a"' } });
    t.origin.serve('/a.aci.asc', { body: 'signature' });
    await t.get('/a.aci', 'default');
    t.origin.takeLines();
    await t.get('/a.aci', 'remote');
    assert.deepEqual(t.origin.lines, ['/a.aci if-none-match="a" → 304']);
  });

  it('may be in a file of its own, or beside that of the image', async () => {
    const seen: (SignedImage & { bytes: Buffer })[] = [];
    await using t = await openEngineFixture({ insecureImage: false, verifier: verifierOf(seen) });
    t.origin.serve('/a.aci', { body: aci.gzip });
    await writeFile(join(t.directory, 'b.aci'), aci.gzip);
    await writeFile(join(t.directory, 'b.aci.asc'), 'beside');
    await writeFile(join(t.directory, 'own'), 'own');
    await t.get('/a.aci', 'default', { signature: join(t.directory, 'own') });
    await t.get('./b.aci', 'default');
    assert.deepEqual(
      seen.map(({ signature }) => Buffer.from(signature).toString()),
      ['own', 'beside'],
    );
    assert.deepEqual(t.origin.lines, ['/a.aci → 200']);
  });

  it('is required: nothing is downloaded without one, and nothing unverified is in the store', async () => {
    const bad: SignatureVerifier = { verify: () => Promise.reject(new Error('bad')) };
    await using t = await openEngineFixture({ insecureImage: false, verifier: bad });
    t.origin.serve('/a.aci', { body: aci.gzip });
    await assert.rejects(t.get('/a.aci', 'default'), {
      code: 'E_SIGNATURE_MISSING',
      message: /a\.aci\.asc.*--insecure-options=image/,
    });
    assert.deepEqual(t.origin.lines, ['/a.aci.asc → 404']);
    t.origin.serve('/a.aci.asc', { body: 'signature' });
    await assert.rejects(t.get('/a.aci', 'default'), /bad/);
    assert.equal(t.store.view().imageCount, 0);
    assert.deepEqual(await partials(t), []);
  });
});
