/** OCI image layouts in archives that must be refused. */
import { gzipSync } from 'node:zlib';
import { descriptor, jsonContent } from '../../helpers/images.ts';
import type { TestImage } from '../../helpers/images.ts';
import { archive } from '../aci/archives.ts';
import { blobOf, tarOf } from './archives.ts';
import type { Files } from './archives.ts';
import { spoilt, without } from './spoil.ts';
import type { Cases } from './spoil.ts';

/** The layout with another index.json. */
const indexed = (files: Files, ...manifests: object[]): Files => ({
  ...files,
  'index.json': JSON.stringify({ schemaVersion: 2, manifests }),
});

/** The layout with a manifest that is any document. */
const withManifest = (files: Files, document: object, mediaType?: string): Files => {
  const manifest = jsonContent(mediaType ?? 'application/vnd.oci.image.manifest.v1+json', document);
  const annotations = { 'org.opencontainers.image.ref.name': 'team/app:1' };
  return {
    ...indexed(files, { ...descriptor(manifest), annotations }),
    [blobOf(manifest)]: manifest.bytes,
  };
};

const manifestWith = ({ config, layers }: TestImage, change: object): object => ({
  schemaVersion: 2,
  config: descriptor(config),
  layers: layers.map(descriptor),
  ...change,
});

export const LAYOUTS: Cases = {
  'a name that leads out': ['E_ARCHIVE', (_, files) => tarOf(files, { name: '../evil', content: 'x' })],
  'an absolute name': ['E_ARCHIVE', (_, files) => tarOf(files, { name: '/etc/evil', content: 'x' })],
  'a name that leads out by a detour': [
    'E_ARCHIVE',
    (_, files) => tarOf(files, { name: 'blobs/../../evil', content: 'x' }),
  ],
  'two files of one name': [
    'E_ARCHIVE',
    (_, files) => tarOf(files, { name: './index.json', content: String(files['index.json']) }),
  ],
  'no index': ['E_ARCHIVE', (_, files) => without(files, 'index.json')],
  'no manifest': ['E_ARCHIVE', ({ manifest }, files) => without(files, blobOf(manifest))],
  'no configuration': ['E_ARCHIVE', ({ config }, files) => without(files, blobOf(config))],
  'a layer that is not there': [
    'E_ARCHIVE',
    ({ layers: [layer] }, files) => without(files, blobOf(layer ?? { digest: '' })),
  ],
  'a layer that is a symbolic link out of the archive': [
    'E_ARCHIVE',
    ({ layers: [layer] }, files) => {
      const name = blobOf(layer ?? { digest: '' });
      return tarOf(without(files, name), { name, type: 'symlink', linkname: '/etc/passwd' });
    },
  ],
  'a layer that is a symbolic link to itself': [
    'E_ARCHIVE',
    ({ layers: [layer] }, files) => {
      const name = blobOf(layer ?? { digest: '' });
      return tarOf(without(files, name), { name, type: 'symlink', linkname: name.split('/').at(-1) ?? '' });
    },
  ],
  'a layer that is a hard link': [
    'E_ARCHIVE',
    ({ layers: [layer] }, files) => {
      const name = blobOf(layer ?? { digest: '' });
      return tarOf(without(files, name), { name, type: 'link', linkname: 'index.json' });
    },
  ],
  'a layer that is a device': [
    'E_ARCHIVE',
    ({ layers: [layer] }, files) => {
      const name = blobOf(layer ?? { digest: '' });
      return tarOf(without(files, name), { name, type: 'character-device', devmajor: 1, devminor: 5 });
    },
  ],
  'a manifest of another digest': [
    'E_DIGEST',
    ({ manifest }, files) => ({ ...files, [blobOf(manifest)]: spoilt(manifest.bytes) }),
  ],
  'a configuration of another digest': [
    'E_DIGEST',
    ({ config }, files) => ({ ...files, [blobOf(config)]: spoilt(config.bytes) }),
  ],
  'a layer of another digest': [
    'E_DIGEST',
    ({ layers: [layer] }, files) => ({
      ...files,
      [blobOf(layer ?? { digest: '' })]: spoilt(layer?.bytes ?? Buffer.alloc(0)),
    }),
  ],
  'a layer that is shorter than announced': [
    'E_SIZE',
    ({ layers: [layer] }, files) => ({
      ...files,
      [blobOf(layer ?? { digest: '' })]: layer?.bytes.subarray(1) ?? '',
    }),
  ],
  'a manifest that is longer than announced': [
    'E_SIZE',
    ({ manifest }, files) => ({ ...files, [blobOf(manifest)]: `${manifest.bytes.toString()} ` }),
  ],
  'a layer whose content is not what the configuration says': [
    'E_DIGEST',
    (image, files) => {
      const [first, ...others] = image.layers;
      const layers = [...others, first].map((layer) => layer && descriptor(layer));
      return withManifest(files, manifestWith(image, { layers }));
    },
  ],
  'fewer layers than the configuration says': [
    'E_MANIFEST',
    (image, files) => withManifest(files, manifestWith(image, { layers: [] })),
  ],
  'a digest that is a path': [
    'E_MANIFEST',
    (_, files) =>
      indexed(files, {
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        digest: `sha256:../../../../etc/passwd`,
        size: 1000,
      }),
  ],
  'a digest of an algorithm that nobody can check': [
    'E_MANIFEST',
    (image, files) =>
      withManifest(
        files,
        manifestWith(image, { config: { ...descriptor(image.config), digest: `md5:${'0'.repeat(32)}` } }),
      ),
  ],
  'a size that is none': [
    'E_MANIFEST',
    ({ manifest }, files) => indexed(files, { ...descriptor(manifest), size: -1 }),
  ],
  'an index that is not JSON': ['E_MANIFEST', (_, files) => ({ ...files, 'index.json': '{' })],
  'an index that is not UTF-8': [
    'E_MANIFEST',
    (_, files) => ({ ...files, 'index.json': Buffer.from('{"a":"\xff"}', 'latin1') }),
  ],
  'an index that is deeper than any stack': [
    'E_MANIFEST',
    (_, files) => ({ ...files, 'index.json': '['.repeat(1_000_000) }),
  ],
  'an index without images': ['E_MANIFEST', (_, files) => indexed(files)],
  'an index of more than 4 MiB': [
    'E_TOO_LARGE',
    (_, files) => ({ ...files, 'index.json': ' '.repeat((4 << 20) + 1) }),
  ],
  'a configuration of more than 4 MiB': [
    'E_TOO_LARGE',
    (image, files) => {
      const config = jsonContent('application/vnd.oci.image.config.v1+json', { a: ' '.repeat(4 << 20) });
      const changed = withManifest(files, manifestWith(image, { config: descriptor(config) }));
      return { ...changed, [blobOf(config)]: config.bytes };
    },
  ],
  'a layout of another version': [
    'E_UNSUPPORTED',
    (_, files) => ({ ...files, 'oci-layout': '{"imageLayoutVersion":"2.0.0"}' }),
  ],
  'an image that is an index at once': [
    'E_MANIFEST',
    (image, files) => withManifest(files, manifestWith(image, { manifests: [] })),
  ],
  'a manifest that is of another type than its index says': [
    'E_MANIFEST',
    (image, files) =>
      withManifest(
        files,
        manifestWith(image, { mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }),
      ),
  ],
  'an artifact': [
    'E_UNSUPPORTED',
    (image, files) =>
      withManifest(
        files,
        manifestWith(image, { config: { ...descriptor(image.config), mediaType: 'text/plain' } }),
      ),
  ],
  'an index in an index in the index, which says it is an image': [
    'E_MANIFEST',
    ({ platform }, files) => {
      const type = 'application/vnd.oci.image.index.v1+json';
      const inner = jsonContent(type, { schemaVersion: 2, mediaType: type, manifests: [] });
      const disguised = {
        ...descriptor(inner),
        mediaType: 'application/vnd.oci.image.manifest.v1+json',
        platform,
      };
      const changed = withManifest(files, { schemaVersion: 2, manifests: [disguised] }, type);
      return { ...changed, [blobOf(inner)]: inner.bytes };
    },
  ],
  'no image for the platform': [
    'E_PLATFORM',
    ({ manifest }, files) => {
      const platform = { os: 'plan9', architecture: 'mips' };
      const type = 'application/vnd.oci.image.index.v1+json';
      const manifests = [{ ...descriptor(manifest), platform }];
      return withManifest(files, { schemaVersion: 2, manifests }, type);
    },
  ],
  'a name that is none': [
    'E_REF',
    ({ manifest }, files) =>
      indexed(files, {
        ...descriptor(manifest),
        annotations: { 'io.containerd.image.name': '../../../etc' },
      }),
  ],
  'no name': ['E_REF', ({ manifest }, files) => indexed(files, descriptor(manifest))],
  'a name by a digest that it has not': [
    'E_DIGEST',
    ({ manifest }, files) =>
      indexed(files, {
        ...descriptor(manifest),
        annotations: { 'io.containerd.image.name': `docker.io/team/app@sha256:${'0'.repeat(64)}` },
      }),
  ],
  'nothing of an archive of images': ['E_ARCHIVE', () => ({ readme: 'hello' })],
  'nothing at all': ['E_ARCHIVE', () => Buffer.alloc(0)],
  'bytes that are no archive': ['E_ARCHIVE', () => Buffer.alloc(2048, 'x')],
  'only a half': [
    'E_ARCHIVE',
    async (_, files) => {
      const whole = await tarOf(files);
      return whole.subarray(0, whole.length / 2 - 100);
    },
  ],
  'a half of a gzip stream': [
    'E_DECOMPRESS',
    async (_, files) => {
      const whole = gzipSync(await tarOf(files), { level: 0 });
      return whole.subarray(0, whole.length / 2);
    },
  ],
  'a file that claims more bytes than there are': [
    'E_ARCHIVE',
    () => archive([{ name: 'oci-layout', size: 2 ** 52 }, 'x']),
  ],
};
