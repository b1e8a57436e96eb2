import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sha256 } from '../../helpers/layers.ts';
import type { Content } from '../../helpers/layers.ts';
import { withRegistry } from '../sources/fixture.ts';
import type { Fixture } from '../sources/fixture.ts';

const NEVER = new AbortController().signal;
const PATH = '/v2/team/app/manifests';
const TYPE = 'application/vnd.oci.image.manifest.v1+json';
const BYTES = Buffer.from('{"schemaVersion":2}');
const DIGEST = sha256(BYTES);
const OTHER = sha256('other');

interface Api {
  readonly head: (reference: string) => Promise<{ digest: string; mediaType: string | undefined }>;
  readonly get: (reference: string) => Promise<Content>;
}

function withManifest(body: (fixture: Fixture & Api) => Promise<void>): Promise<void> {
  return withRegistry((fixture) => {
    const { registry, context } = fixture;
    const manifest = { digest: DIGEST, mediaType: TYPE, bytes: BYTES };
    registry.push('team/app', '1', { digest: DIGEST, manifests: [manifest], blobs: [] });
    const repository = { registry: registry.host, repository: 'team/app' };
    return body({
      ...fixture,
      head: (reference) => context.registry.headManifest(repository, reference, NEVER),
      get: async (reference) => {
        const {
          digest,
          mediaType = '',
          bytes,
        } = await context.registry.getManifest(repository, reference, NEVER);
        return { digest, mediaType, bytes };
      },
    });
  });
}

describe('headManifest', () => {
  it('needs no more than HEAD, and says which formats it understands', () =>
    withManifest(async ({ head, registry }) => {
      assert.deepEqual(await head('1'), { digest: DIGEST, mediaType: TYPE });
      assert.deepEqual(registry.requestLines, [`HEAD ${PATH}/1 → 200`]);
      assert.match(
        registry.requests[0]?.headers.accept ?? '',
        /oci\.image\.index.*distribution\.manifest\.v2\+json$/,
      );
    }));

  for (const status of [403, 405, 501]) {
    it(`asks with GET where HEAD is answered ${status}`, () =>
      withManifest(async ({ head, registry }) => {
        registry.misbehave('manifests/1', { kind: 'status', status, method: 'HEAD' });
        assert.equal((await head('1')).digest, DIGEST);
        assert.deepEqual(registry.requestLines, [`HEAD ${PATH}/1 → ${status}`, `GET ${PATH}/1 → 200`]);
      }));
  }

  for (const digest of [null, 'md5:1234', 'sha256:short']) {
    it(`hashes the manifest where Docker-Content-Digest is ${digest ?? 'missing'}`, () =>
      withManifest(async ({ head, registry }) => {
        registry.misbehave('manifests/1', { kind: 'headers', headers: { 'docker-content-digest': digest } });
        assert.equal((await head('1')).digest, DIGEST);
        assert.deepEqual(registry.requestLines, [`HEAD ${PATH}/1 → 200`, `GET ${PATH}/1 → 200`]);
      }));
  }

  it('says what GET says when HEAD is forbidden and GET too', () =>
    withManifest(async ({ head, registry }) => {
      const body = '{"errors":[{"code":"DENIED","message":"no access"}]}';
      registry.misbehave('manifests/1', { kind: 'status', status: 403, body });
      await assert.rejects(head('1'), {
        code: 'E_AUTH_REQUIRED',
        message: /403 Forbidden \(DENIED: "no access"\); it does not exist, or needs credentials/,
      });
    }));

  it('is sure that what is not there is not there', () =>
    withManifest(async ({ head, registry }) => {
      await assert.rejects(head('2'), { code: 'E_NOT_FOUND' });
      assert.deepEqual(registry.requestLines, [`HEAD ${PATH}/2 → 404`]);
    }));

  it('asks again after 503', () =>
    withManifest(async ({ head, registry }) => {
      registry.misbehave('manifests/1', { kind: 'status', status: 503, times: 1 });
      assert.equal((await head('1')).digest, DIGEST);
      assert.deepEqual(registry.requestLines, [`HEAD ${PATH}/1 → 503`, `HEAD ${PATH}/1 → 200`]);
    }));
});

describe('getManifest', () => {
  it('gets a manifest by tag and by digest', () =>
    withManifest(async ({ get }) => {
      const expected = { digest: DIGEST, mediaType: TYPE, bytes: BYTES };
      assert.deepEqual(await get('1'), expected);
      assert.deepEqual(await get(DIGEST), expected);
    }));

  it('refuses bytes that are not those of the digest asked for', () =>
    withManifest(async ({ get, registry }) => {
      registry.misbehave(DIGEST, { kind: 'body', bytes: Buffer.alloc(BYTES.length, 'x') });
      await assert.rejects(get(DIGEST), {
        code: 'E_DIGEST',
        message: new RegExp(`sent other bytes than those of ${DIGEST}; nothing of it was kept`),
      });
    }));

  it('refuses bytes that are not those of the digest that the registry names', () =>
    withManifest(async ({ get, registry }) => {
      registry.misbehave('manifests/1', { kind: 'headers', headers: { 'docker-content-digest': OTHER } });
      await assert.rejects(get('1'), { code: 'E_DIGEST' });
    }));

  it('hashes the bytes where the registry names no digest', () =>
    withManifest(async ({ get, registry }) => {
      registry.misbehave('manifests/1', { kind: 'headers', headers: { 'docker-content-digest': null } });
      assert.equal((await get('1')).digest, DIGEST);
    }));

  it('reads no more than 4 MiB', () =>
    withManifest(async ({ get, registry }) => {
      const headers = { 'content-length': null };
      registry.misbehave('manifests/1', { kind: 'headers', headers });
      registry.misbehave('manifests/1', { kind: 'body', bytes: Buffer.alloc((4 << 20) + 1) });
      await assert.rejects(get('1'), { code: 'E_TOO_LARGE', message: /more than 4194304 bytes/ });
      assert.equal(registry.requests.length, 1);
    }));

  it('gets the whole again when the connection breaks', () =>
    withManifest(async ({ get, registry }) => {
      registry.misbehave('manifests/1', { kind: 'cut', after: 5, times: 1 });
      assert.deepEqual((await get('1')).bytes, BYTES);
      assert.deepEqual(registry.requestLines, [`GET ${PATH}/1 → 200`, `GET ${PATH}/1 → 200`]);
    }));

  it('says what is wrong with an address that no registry can have', () =>
    withManifest(async ({ context }) => {
      const repository = { registry: 'registry.example:99999', repository: 'team/app' };
      await assert.rejects(context.registry.getManifest(repository, '1', NEVER), { code: 'E_REF' });
    }));
});
