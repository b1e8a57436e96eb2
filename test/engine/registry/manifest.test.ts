import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { LarderError } from '../../../server/src/domain/errors.ts';
import { parseManifest } from '../../../server/src/engine/registry/manifest.ts';
import { refusal } from '../../../server/src/engine/registry/manifest-error.ts';
import { buildImage, buildIndex } from '../../helpers/images.ts';

const refuse = refusal('the manifest of nginx:1');
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const OCI = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 2 };
const LAYER = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: DIGEST, size: 3 };

const parse = (value: unknown, contentType?: string) =>
  parseManifest(Buffer.from(JSON.stringify(value)), contentType, refuse);
const image = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  schemaVersion: 2,
  config: CONFIG,
  layers: [LAYER],
  ...more,
});

describe('parseManifest', () => {
  for (const mediaTypes of ['docker', 'oci'] as const) {
    it(`reads images and indexes of ${mediaTypes}`, async () => {
      const built = await buildImage({ layers: [{ files: [{ name: 'a' }] }], mediaTypes });
      const read = parseManifest(built.manifest.bytes, built.manifest.mediaType, refuse);
      assert.equal(read.kind, 'image');
      assert.equal(read.config.digest, built.config.digest);
      assert.deepEqual(
        read.layers.map(({ digest }) => digest),
        built.layers.map(({ digest }) => digest),
      );
      const { index } = buildIndex([built], mediaTypes);
      const list = parseManifest(index.bytes, index.mediaType, refuse);
      assert.equal(list.kind, 'index');
      assert.deepEqual(list.entries[0]?.platform, { os: 'linux', architecture: 'amd64' });
    });
  }

  it('takes the shape where neither the document nor the registry says what it is', () => {
    assert.equal(parse(image()).kind, 'image');
    assert.equal(parse({ schemaVersion: 2, manifests: [] }).kind, 'index');
  });

  it('takes an image without layers', () => {
    const read = parse(image({ layers: [] }));
    assert.deepEqual(read.kind === 'image' && read.layers, []);
  });

  const refused: readonly [string, unknown, string | undefined, string, RegExp][] = [
    ['schema 1', { schemaVersion: 1, fsLayers: [] }, undefined, 'E_SCHEMA1', /schema 1.*push it again/],
    [
      'signed schema 1',
      { schemaVersion: 1 },
      'application/vnd.docker.distribution.manifest.v1+prettyjws',
      'E_SCHEMA1',
      /schema 1/,
    ],
    ['no object', [], OCI, 'E_MANIFEST', /not a JSON object/],
    ['another version', image({ schemaVersion: 3 }), OCI, 'E_MANIFEST', /schemaVersion is not 2/],
    ['another kind of document', image(), 'text/html', 'E_UNSUPPORTED', /"text\/html"/],
    ['two kinds at once', image({ manifests: [] }), OCI, 'E_MANIFEST', /an image and an index at once/],
    ['a registry that contradicts', image({ mediaType: OCI }), INDEX, 'E_MANIFEST', /announced as/],
    ['a mediaType that is no text', image({ mediaType: 7 }), OCI, 'E_MANIFEST', /mediaType is not a text/],
    [
      'an artifact',
      image({
        artifactType: 'application/vnd.example.sbom',
        config: { ...CONFIG, mediaType: 'application/x' },
      }),
      OCI,
      'E_UNSUPPORTED',
      /artifact of the type "application\/vnd\.example\.sbom"/,
    ],
    [
      'a Helm chart',
      image({ config: { ...CONFIG, mediaType: 'application/vnd.cncf.helm.config.v1+json' } }),
      OCI,
      'E_UNSUPPORTED',
      /artifact of the type "application\/vnd\.cncf\.helm/,
    ],
    [
      'a foreign layer',
      image({
        layers: [LAYER, { ...LAYER, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' }],
      }),
      OCI,
      'E_UNSUPPORTED',
      /layer 2 is a foreign layer/,
    ],
    [
      'a nondistributable layer',
      image({
        layers: [{ ...LAYER, mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip' }],
      }),
      OCI,
      'E_UNSUPPORTED',
      /layer 1 is a foreign layer/,
    ],
    [
      'an encrypted layer',
      image({ layers: [{ ...LAYER, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted' }] }),
      OCI,
      'E_UNSUPPORTED',
      /cannot unpack/,
    ],
    ['no layers', image({ layers: undefined }), OCI, 'E_MANIFEST', /lists no layers/],
    ['no manifests', { schemaVersion: 2, manifests: {} }, INDEX, 'E_MANIFEST', /lists no manifests/],
    [
      'no configuration',
      image({ config: undefined }),
      OCI,
      'E_MANIFEST',
      /configuration is not a descriptor/,
    ],
    [
      'another algorithm',
      image({ layers: [{ ...LAYER, digest: 'md5:ab' }] }),
      OCI,
      'E_MANIFEST',
      /digest "md5:ab"/,
    ],
    [
      'a path as a digest',
      image({ layers: [{ ...LAYER, digest: 'sha256:../../x' }] }),
      OCI,
      'E_MANIFEST',
      /digest/,
    ],
    [
      'a digest that is too short',
      image({ config: { ...CONFIG, digest: 'sha256:ab' } }),
      OCI,
      'E_MANIFEST',
      /digest/,
    ],
    ['a negative size', image({ config: { ...CONFIG, size: -1 } }), OCI, 'E_MANIFEST', /size "-1"/],
    ['a size that is no number', image({ config: { ...CONFIG, size: '2' } }), OCI, 'E_MANIFEST', /size "2"/],
    ['a size beyond numbers', image({ config: { ...CONFIG, size: 1e300 } }), OCI, 'E_MANIFEST', /size/],
  ];
  for (const [what, value, contentType, code, message] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parse(value, contentType), { code, message });
    });
  }

  it('refuses bytes that are no UTF-8', () => {
    assert.throws(() => parseManifest(Buffer.from([0x22, 0xff, 0x22]), OCI, refuse), { code: 'E_MANIFEST' });
  });

  it('never fails otherwise than with a sentence', () => {
    const descriptorLike = fc.record({
      mediaType: fc.anything(),
      digest: fc.anything(),
      size: fc.anything(),
    });
    const documents = fc.record(
      {
        schemaVersion: fc.constantFrom(1, 2, '2'),
        mediaType: fc.oneof(fc.constantFrom(OCI, INDEX), fc.anything()),
        config: fc.oneof(fc.constant(CONFIG), descriptorLike),
        layers: fc.oneof(fc.array(fc.oneof(fc.constant(LAYER), descriptorLike)), fc.anything()),
        manifests: fc.oneof(fc.array(descriptorLike), fc.anything()),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(documents, fc.option(fc.string(), { nil: undefined }), (value, contentType) => {
        try {
          parse(value, contentType);
        } catch (error) {
          assert.ok(error instanceof LarderError, String(error));
        }
      }),
    );
  });
});
