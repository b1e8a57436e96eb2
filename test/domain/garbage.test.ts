import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imagesKeptBy } from '../../server/src/domain/garbage.ts';
import { rememberingParser } from '../../server/src/domain/image-status.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';
import { podOf } from '../helpers/editor.ts';
import { DIGEST, IMAGE_ID } from '../helpers/records.ts';

const AMD64 = { os: 'linux', architecture: 'amd64' };

function kept(text: string, format: 'yaml' | 'json' = 'yaml'): string[] {
  const aliases = new Map([['web', 'quay.io/team/web']]);
  const parse = rememberingParser(() => aliases);
  return imagesKeptBy(readManifest(text, format), parse, AMD64).map(({ canonical }) => canonical);
}

describe('imagesKeptBy', () => {
  it('are those of all documents, by tag, by digest and by what short names stand for', () => {
    const text = `${podOf('image: nginx:1', 'image: web')}---\n${podOf(`image: nginx:1@${DIGEST}`)}`;
    assert.deepEqual(kept(text), [
      'docker://registry-1.docker.io/library/nginx:1',
      'docker://quay.io/team/web:latest',
      `docker://registry-1.docker.io/library/nginx@${DIGEST}`,
    ]);
  });

  it('are those of apps, by name and by image ID', () => {
    const apps = [
      { name: 'a', image: { name: 'example.com/app', labels: [{ name: 'version', value: '1' }] } },
      { name: 'b', image: { name: 'example.com/app', id: IMAGE_ID } },
    ];
    assert.deepEqual(kept(JSON.stringify({ acKind: 'PodManifest', acVersion: '0.8.11', apps }), 'json'), [
      'example.com/app,arch=amd64,os=linux,version=1',
      'example.com/app,arch=amd64,os=linux',
      IMAGE_ID,
    ]);
  });

  it('are none of what is no reference, or not known yet', () => {
    assert.deepEqual(kept(podOf('image: shop/Web', 'image: "{{ .Values.image }}"', 'image: $(IMAGE)')), []);
    assert.deepEqual(kept('kind: [Pod'), []);
  });
});
