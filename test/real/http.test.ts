import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { glob, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { actoolBuild } from './actool.ts';
import type { Form } from './actool.ts';
import { Gpg } from './gpg.ts';
import { larder, startLarder } from './larder.ts';
import { startNginx } from './nginx.ts';
import type { Location, Nginx } from './nginx.ts';

const UNSIGNED = '--insecure-options=image';
/** At 400 kB/s it takes seconds: time enough to end the one who downloads it. */
const LARGE = 1_500_000;
/** How much of it must have come before that. */
const PART = 300_000;

interface Result {
  readonly imageId: string | null;
  readonly outcome: string;
  readonly error?: { readonly code: string };
}

interface Explained {
  readonly store: { readonly imageId: string; readonly signers: readonly { readonly fingerprint: string }[] };
  readonly freshness: { readonly state: string; readonly until: string | null; readonly checkedAt: string };
}

describe('larder fetch from nginx', () => {
  const cleanup = new AsyncDisposableStack();
  let directory: string;
  let nginx: Nginx;
  let gpg: Gpg;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'larder-http-'));
    cleanup.defer(() => rm(directory, { recursive: true }));
    nginx = cleanup.adopt(await startNginx(directory), (it) => it.close());
    gpg = cleanup.adopt(await Gpg.open(directory), (it) => it.close());
    // larder, run below, inherits it.
    process.env['XDG_CONFIG_HOME'] = join(directory, 'config');
  });
  after(() => cleanup.disposeAsync());

  /** An image on the server, and a store of its own. */
  function at(location: Location, name = 'app.aci') {
    const { path, url } = nginx.file(location, name);
    const dir = join(directory, `store-${location}-${name}`);
    return {
      ...{ path, url, dir },
      fetch: async (...flags: readonly string[]): Promise<Result> => {
        const { stdout } = await startLarder('fetch', '--json', '--dir', dir, ...flags, url).finished;
        const [result] = JSON.parse(stdout) as [Result];
        return result;
      },
      explain: async (): Promise<Explained> => {
        const [explained] = JSON.parse(await larder('explain', '--json', '--dir', dir, url)) as [Explained];
        return explained;
      },
    };
  }

  /** The requests since the last call: what made them conditional or partial, and their status. */
  async function requests(): Promise<string[]> {
    return (await nginx.takeRequests()).map(({ status, ifNoneMatch, ifModifiedSince, range, ifRange }) => {
      const named = { ifNoneMatch, ifModifiedSince, range, ifRange };
      const telling = Object.entries(named).flatMap(([name, value]) => (value === '' ? [] : [name]));
      return [...telling, status].join(' ');
    });
  }

  it('uses what is fresh without asking, for as long as nginx said', async () => {
    const { path, fetch, explain } = at('hour');
    const imageId = await actoolBuild(path, 'fresh');
    assert.deepEqual(pick(await fetch('--force-fetch', UNSIGNED)), { imageId, outcome: 'fetched' });
    const { freshness } = await explain();
    assert.equal(freshness.state, 'fresh');
    const lifetime = Date.parse(freshness.until ?? '') - Date.parse(freshness.checkedAt);
    assert.ok(lifetime > 3_590_000 && lifetime <= 3_600_000, `${lifetime} ms`);
    assert.deepEqual(pick(await fetch('--force-fetch', UNSIGNED)), { imageId, outcome: 'cached' });
    assert.deepEqual(await requests(), ['200']);
    const uncached = await fetch('--force-fetch', '--no-cache', UNSIGNED);
    assert.deepEqual(pick(uncached), { imageId, outcome: 'fetched' });
    assert.deepEqual(await requests(), ['200']);
  });

  it('asks about what is stale; a 304 makes it fresh again, and another image replaces it', async () => {
    const { path, fetch, explain } = at('brief');
    const imageId = await actoolBuild(path, 'one');
    await fetch(UNSIGNED);
    const before = await explain();
    await sleep(Date.parse(before.freshness.until ?? '') - Date.now() + 1);
    assert.equal((await explain()).freshness.state, 'stale');
    assert.deepEqual(await requests(), ['200']);

    assert.deepEqual(pick(await fetch('--force-fetch', UNSIGNED)), { imageId, outcome: 'revalidated' });
    const renewed = await explain();
    assert.ok(Date.parse(renewed.freshness.until ?? '') > Date.parse(before.freshness.until ?? ''));
    assert.deepEqual(await requests(), ['ifNoneMatch ifModifiedSince 304']);

    const other = await actoolBuild(path, 'two, and longer');
    await sleep(Date.parse(renewed.freshness.until ?? '') - Date.now() + 1);
    const changed = await fetch('--force-fetch', UNSIGNED);
    assert.deepEqual(pick(changed), { imageId: other, outcome: 'fetched' });
    assert.equal((await explain()).store.imageId, other);
    assert.deepEqual(await requests(), ['ifNoneMatch ifModifiedSince 200']);
  });

  /** Each with what a second fetch ends with, and what it asks. */
  const RULES: readonly [Location, string, string, string][] = [
    ['checked', 'asks every time when no-cache is said', 'revalidated', 'ifNoneMatch ifModifiedSince 304'],
    ['dated', 'asks by the date where there is no ETag', 'revalidated', 'ifModifiedSince 304'],
    ['silent', 'downloads again what came without caching data', 'fetched', '200'],
  ];
  for (const [location, what, outcome, request] of RULES) {
    it(what, async () => {
      const { path, fetch } = at(location);
      const imageId = await actoolBuild(path, location);
      await fetch(UNSIGNED);
      assert.deepEqual(pick(await fetch('--force-fetch', UNSIGNED)), { imageId, outcome });
      assert.deepEqual(await requests(), ['200', request]);
    });
  }

  for (const form of ['gzip', 'plain', 'xz', 'bzip2'] as const satisfies readonly Form[]) {
    it(`imports an ACI that is ${form}`, async () => {
      const { path, fetch, dir } = at('hour', `${form}.aci`);
      const imageId = await actoolBuild(path, 'the same in all forms', form);
      assert.deepEqual(pick(await fetch(UNSIGNED)), { imageId, outcome: 'fetched' });
      await larder('image', 'verify', '--dir', dir);
      await requests();
    });
  }

  /** Runs a fetch until a part of the image has come, and kills it. */
  async function killHalfway({ url, dir }: { url: string; dir: string }): Promise<void> {
    const running = startLarder('fetch', '--dir', dir, UNSIGNED, url);
    while (running.running && (await partialSize(dir)) < PART) await sleep(10);
    running.kill();
    assert.equal((await running.finished).code, null, 'it was killed on its way');
    // nginx writes its line when it notices.
    let seen: string[] = [];
    while (seen.length === 0) {
      await sleep(10);
      seen = await requests();
    }
    assert.deepEqual(seen, ['200']);
  }

  it('goes on where a killed fetch stopped', async () => {
    const image = at('slow');
    const imageId = await actoolBuild(image.path, randomBytes(LARGE));
    await killHalfway(image);
    assert.deepEqual(pick(await image.fetch(UNSIGNED)), { imageId, outcome: 'fetched' });
    const [request, ...more] = await nginx.takeRequests();
    assert.deepEqual(more, []);
    assert.equal(request?.status, 206);
    assert.notEqual(request.ifRange, '');
    const from = Number(/^bytes=(\d+)-$/.exec(request.range)?.[1]);
    assert.ok(from >= PART, request.range);
    assert.equal(from + request.bytes, (await stat(image.path)).size);
  });

  it('begins anew when the image has changed meanwhile: never a mixture', async () => {
    const image = at('slow', 'changing.aci');
    await actoolBuild(image.path, randomBytes(LARGE));
    await killHalfway(image);
    const imageId = await actoolBuild(image.path, 'another');
    assert.deepEqual(pick(await image.fetch(UNSIGNED)), { imageId, outcome: 'fetched' });
    assert.deepEqual(await requests(), ['range ifRange 200']);
  });

  it('takes the signature beside the image; one of another image replaces nothing', async () => {
    const { path, fetch, explain } = at('checked', 'signed.aci');
    const imageId = await actoolBuild(path, 'signed');
    const missing = await fetch();
    assert.deepEqual([missing.outcome, missing.error?.code], ['failed', 'E_SIGNATURE_MISSING']);
    assert.deepEqual(await requests(), ['404'], 'without a signature, no image is asked for');

    const fingerprint = await gpg.key('publisher', 'ed25519');
    await gpg.sign(path, `${path}.asc`, [fingerprint], { options: ['--armor'] });
    const keys = join(directory, 'config/larder/trustedkeys/prefix.d/example.com');
    await mkdir(keys, { recursive: true });
    await writeFile(join(keys, fingerprint), await gpg.export(fingerprint));
    assert.deepEqual(pick(await fetch()), { imageId, outcome: 'fetched' });
    const { store } = await explain();
    assert.deepEqual(
      store.signers.map((signer) => signer.fingerprint),
      [fingerprint],
    );

    await actoolBuild(path, 'changed on its way');
    const bad = await fetch('--force-fetch');
    assert.deepEqual([bad.outcome, bad.error?.code], ['failed', 'E_SIGNATURE_BAD']);
    assert.equal((await explain()).store.imageId, imageId);
  });
});

function pick({ imageId, outcome }: Result): Pick<Result, 'imageId' | 'outcome'> {
  return { imageId, outcome };
}

/** Bytes of the one download that is under way. */
async function partialSize(store: string): Promise<number> {
  for await (const path of glob(join(store, 'partial/url-*/data'))) return (await stat(path)).size;
  return 0;
}
