import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Route } from '../../../server/src/engine/registry/routes.ts';
import { sha256 } from '../../helpers/layers.ts';
import { registryParts } from '../../helpers/registry-parts.ts';
import { startRegistry } from '../../helpers/registry.ts';
import type { Registry } from '../../helpers/registry.ts';
import { withRegistry } from '../sources/fixture.ts';
import type { Fixture } from '../sources/fixture.ts';

const NEVER = new AbortController().signal;
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
const contentOf = (bytes: Buffer, mediaType: string) => ({ digest: sha256(bytes), mediaType, bytes });
const MANIFEST = contentOf(Buffer.from('{"schemaVersion":2}'), MANIFEST_TYPE);
const LAYER = contentOf(randomBytes(200_000), LAYER_TYPE);

interface MirrorFixture extends Fixture {
  readonly mirror: Registry;
  readonly get: (reference: string) => Promise<string>;
  readonly download: () => Promise<void>;
}

/** A registry whose mirror has the same under another name; it is asked for tags only if `tags` says so. */
async function withMirror(body: (fixture: MirrorFixture) => Promise<void>, tags = false): Promise<void> {
  const mirror = await startRegistry();
  mirror.push('copy/app', '1', { digest: MANIFEST.digest, manifests: [MANIFEST], blobs: [LAYER] });
  const routes = (
    { registry, repository }: Pick<Route, 'registry' | 'repository'>,
    reference: string | undefined,
  ): Promise<Route[]> => {
    const source = { registry, repository, insecure: false, role: 'source' } as const;
    const copy = { registry: mirror.host, repository: 'copy/app', insecure: false, role: 'mirror' } as const;
    return Promise.resolve(reference === '1' && !tags ? [source] : [copy, source]);
  };
  try {
    await withRegistry(
      async (fixture) => {
        const { registry, context } = fixture;
        registry.push('team/app', '1', { digest: MANIFEST.digest, manifests: [MANIFEST], blobs: [LAYER] });
        const repository = { registry: registry.host, repository: 'team/app' };
        const blob = { mediaType: LAYER_TYPE, digest: LAYER.digest, size: LAYER.bytes.length };
        await body({
          ...fixture,
          mirror,
          get: async (reference) =>
            (await context.registry.getManifest(repository, reference, NEVER)).bytes.toString(),
          download: () =>
            context.downloads.get(repository, blob, { signal: NEVER, onBytes: () => undefined }),
        });
      },
      { registries: registryParts({}, { routes }) },
    );
  } finally {
    await mirror.close();
  }
}

const manifestPath = (repository: string): string => `/v2/${repository}/manifests/${MANIFEST.digest}`;
const blobPath = (repository: string): string => `/v2/${repository}/blobs/${LAYER.digest}`;
const there = async ({ store }: Fixture): Promise<boolean> =>
  (await store.blobs.has(LAYER.digest)) &&
  LAYER.bytes.equals(await store.blobs.read(LAYER.digest, LAYER.bytes.length));

describe('a mirror', () => {
  it('gives what has a digest, and its source is not asked', () =>
    withMirror(async (fixture) => {
      const { get, download, mirror, registry } = fixture;
      await get(MANIFEST.digest);
      await download();
      assert.deepEqual(mirror.requestLines, [
        `GET ${manifestPath('copy/app')} → 200`,
        `GET ${blobPath('copy/app')} → 200`,
      ]);
      assert.deepEqual(registry.requests, []);
      assert.ok(await there(fixture));
    }));

  it('is not asked what a tag means, unless it may say it', async () => {
    await withMirror(async ({ get, mirror }) => {
      await get('1');
      assert.deepEqual(mirror.requests, []);
    });
    await withMirror(async ({ get, mirror, registry }) => {
      await get('1');
      assert.deepEqual(mirror.requestLines, ['GET /v2/copy/app/manifests/1 → 200']);
      assert.deepEqual(registry.requests, []);
    }, true);
  });

  for (const status of [404, 401, 429, 500]) {
    it(`that answers ${status} is passed over at once`, () =>
      withMirror(async (fixture) => {
        const { get, download, mirror, host, registry } = fixture;
        mirror.misbehave('', { kind: 'status', status });
        await get(MANIFEST.digest);
        await download();
        assert.equal(registry.requests.length, 2);
        assert.ok(mirror.requests.length <= 2);
        assert.ok(host.logged.some((line) => line.startsWith(`The mirror ${mirror.host} is passed over.`)));
        assert.ok(await there(fixture));
      }));
  }

  it('that is down is passed over', () =>
    withMirror(async (fixture) => {
      await fixture.mirror.close();
      await fixture.get(MANIFEST.digest);
      await fixture.download();
      assert.ok(await there(fixture));
    }));

  it('that lies is found out, and nothing of it is kept', () =>
    withMirror(async (fixture) => {
      const { get, download, mirror, registry } = fixture;
      const lie = Buffer.from(LAYER.bytes);
      lie[7] = (lie[7] ?? 0) ^ 1;
      mirror.misbehave(MANIFEST.digest, { kind: 'body', bytes: Buffer.from('{"schemaVersion":3}') });
      mirror.misbehave(LAYER.digest, { kind: 'body', bytes: lie });
      assert.equal(await get(MANIFEST.digest), '{"schemaVersion":2}');
      await download();
      assert.deepEqual(registry.requestLines, [
        `GET ${manifestPath('team/app')} → 200`,
        `GET ${blobPath('team/app')} → 200`,
      ]);
      assert.ok(await there(fixture));
    }));

  it('that lies to whoever believes it for tags is believed for no digest', () =>
    withMirror(async ({ get, mirror }) => {
      const other = contentOf(Buffer.from('{"schemaVersion":2,"other":1}'), MANIFEST_TYPE);
      mirror.push('copy/app', '1', { digest: other.digest, manifests: [other], blobs: [] });
      assert.match(await get('1'), /other/);
      assert.doesNotMatch(await get(MANIFEST.digest), /other/);
    }, true));

  it('that breaks off is made up for by the source, from where it broke off', () =>
    withMirror(async (fixture) => {
      const { download, mirror, registry } = fixture;
      mirror.misbehave(LAYER.digest, { kind: 'cut', after: 120_000 });
      await download();
      const [request] = registry.requests;
      assert.equal(request?.status, 206);
      assert.match(request.range ?? '', /^bytes=[1-9]\d*-$/);
      // What the mirror calls the bytes means nothing to the source.
      assert.equal(request.headers['if-range'], undefined);
      assert.ok(await there(fixture));
    }));

  it('has a source whose failure counts', () =>
    withMirror(async ({ get, mirror, registry }) => {
      mirror.misbehave('', { kind: 'status', status: 404 });
      registry.misbehave('', { kind: 'status', status: 404 });
      await assert.rejects(get(MANIFEST.digest), {
        code: 'E_NOT_FOUND',
        message: new RegExp(registry.host),
      });
    }));
});
