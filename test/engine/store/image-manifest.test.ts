import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseReference } from '../../../server/src/domain/reference.ts';
import { aciManifest } from '../../../server/src/engine/aci/docker-manifest.ts';
import { readManifest, remoteOf } from '../../../server/src/engine/store/image-manifest.ts';
import { NOW, sha256, sha512 } from './fixture.ts';

const [MANIFEST, CONFIG, ID] = [sha256('manifest'), sha256('config'), sha512('image')];

describe('an image manifest', () => {
  it('gives name, labels, annotations, dependencies and which paths count', () => {
    const manifest = {
      acKind: 'ImageManifest',
      name: 'example.com/app',
      labels: [{ name: 'os', value: 'linux' }],
      annotations: [{ name: 'authors', value: 'A' }],
      dependencies: [
        { imageName: 'example.com/base', imageID: ID, labels: [{ name: 'version', value: '1' }], size: 5 },
        { imageName: 'example.com/other' },
      ],
      pathWhitelist: ['/bin/app'],
    };
    assert.deepEqual(readManifest(JSON.stringify(manifest)), {
      name: 'example.com/app',
      labels: { os: 'linux' },
      annotations: { authors: 'A' },
      dependencies: [
        { name: 'example.com/base', labels: { version: '1' }, imageId: ID, size: 5 },
        { name: 'example.com/other', labels: {}, imageId: null, size: null },
      ],
      pathWhitelist: ['/bin/app'],
    });
  });

  for (const text of [
    '',
    '[]',
    'null',
    '{}',
    '{"name":1}',
    '{"name":"a","pathWhitelist":"/a"}',
    '{"name":"a","pathWhitelist":[1]}',
    '{"name":"a","dependencies":[{}]}',
    '{"name":"a","acKind":"PodManifest"}',
    '{"name":"a","dependencies":[{"imageName":"b","imageID":5}]}',
    '{"name":"a","dependencies":[{"imageName":"b","size":"5"}]}',
  ]) {
    it(`is not ${text === '' ? 'an empty text' : text}`, () => {
      assert.throws(() => readManifest(text));
    });
  }

  for (const [reference, url] of [
    ['registry.example/shop/web:1.4', 'docker://registry.example/shop/web:1.4'],
    ['nginx', 'docker://registry-1.docker.io/library/nginx:latest'],
    [`nginx@${sha256('index')}`, `docker://registry-1.docker.io/library/nginx@${sha256('index')}`],
  ] as const) {
    it(`of a converted image says that it is from ${reference}`, () => {
      const platform = { os: 'linux', architecture: 'arm', variant: 'v7' };
      const converted = {
        ...{ reference: parseReference(reference), config: JSON.stringify(platform), platform },
        ...{ manifestDigest: MANIFEST, configDigest: CONFIG },
      };
      const { json } = aciManifest(converted, undefined);
      assert.deepEqual(remoteOf(readManifest(json), ID, NOW), {
        ...{ url, platform: 'linux/arm/v7', imageId: ID, importedAt: NOW, checkedAt: null, http: null },
        docker: {
          ...{ digest: MANIFEST, manifestDigest: MANIFEST, configDigest: CONFIG },
          ...{ downloadSize: 0, movedTo: null },
        },
      });
    });
  }

  it('of an image by another name says nothing about a registry, whatever its annotations claim', () => {
    const config = JSON.stringify({ os: 'linux', architecture: 'amd64' });
    const { json } = aciManifest(
      {
        ...{ reference: parseReference('nginx'), config, platform: { os: 'linux', architecture: 'amd64' } },
        ...{ manifestDigest: MANIFEST, configDigest: CONFIG },
      },
      undefined,
    );
    const manifest = readManifest(json);
    assert.notEqual(remoteOf(manifest, ID, NOW), null);
    assert.equal(remoteOf({ ...manifest, name: 'attacker.example/app' }, ID, NOW), null);
  });

  it('of any other image says nothing about a registry', () => {
    const text = JSON.stringify({ name: 'example.com/app', labels: [{ name: 'os', value: 'linux' }] });
    assert.equal(remoteOf(readManifest(text), ID, NOW), null);
  });
});
