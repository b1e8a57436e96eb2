/** Archives of `docker save` that must be refused. */
import { savedOf, tarOf } from './archives.ts';
import { spoilt, without } from './spoil.ts';
import type { Cases } from './spoil.ts';

export const SAVED: Cases = {
  'a list that is none': ['E_MANIFEST', (_, files) => ({ ...files, 'manifest.json': '{}' })],
  'an empty list': ['E_MANIFEST', (_, files) => ({ ...files, 'manifest.json': '[]' })],
  'an image that says nothing': ['E_MANIFEST', (_, files) => ({ ...files, 'manifest.json': '[{}]' })],
  'tags that are no texts': [
    'E_MANIFEST',
    (_, files) => ({ ...files, 'manifest.json': '[{"Config":"a","Layers":[],"RepoTags":[1]}]' }),
  ],
  'a tag that is none': [
    'E_REF',
    (_, files) => ({ ...files, 'manifest.json': '[{"Config":"a","Layers":[],"RepoTags":["../x"]}]' }),
  ],
  'no tag': ['E_REF', (image) => savedOf(image, null)],
  'a configuration outside of it': [
    'E_ARCHIVE',
    (_, files) => ({
      ...files,
      'manifest.json': '[{"Config":"../../../../etc/passwd","Layers":[],"RepoTags":["a:1"]}]',
    }),
  ],
  'a configuration that is not what its name says': [
    'E_DIGEST',
    ({ config }, files) => ({ ...files, [`${config.digest.slice(7)}.json`]: spoilt(config.bytes) }),
  ],
  'fewer layers than the configuration says': [
    'E_MANIFEST',
    ({ config }, files) => ({
      ...files,
      'manifest.json': JSON.stringify([
        { Config: `${config.digest.slice(7)}.json`, RepoTags: ['a:1'], Layers: [] },
      ]),
    }),
  ],
  'a layer that is not what the configuration says': [
    'E_DIGEST',
    (_, files) =>
      Object.fromEntries(
        Object.entries(files).map(([name, content]) => [
          name,
          name.endsWith('layer.tar') ? spoilt(Buffer.from(content)) : content,
        ]),
      ),
  ],
  'a layer that is a symbolic link to a symbolic link': [
    'E_ARCHIVE',
    ({ layers: [layer] }, files) => {
      const name = `${layer?.digest.slice(7) ?? ''}/layer.tar`;
      return tarOf(
        without(files, name),
        { name, type: 'symlink', linkname: '../other' },
        { name: 'other', type: 'symlink', linkname: 'manifest.json' },
      );
    },
  ],
};
