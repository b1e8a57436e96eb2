import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imagesOf } from '../../server/src/domain/images-of.ts';
import { open, podOf } from '../helpers/editor.ts';

const offsetsOf = (marked: string): string[] => {
  const { snapshot, range } = open(marked);
  const { document, manifest } = snapshot;
  const within = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  return [...imagesOf(manifest, within)].map(({ source }) => source.image.value);
};

describe('imagesOf', () => {
  it('gives all images in the order of the text', () => {
    const text = podOf('image: a', 'image: b') + '---\n' + podOf('image: c');
    const { manifest } = open(text).snapshot;
    assert.deepEqual(
      [...imagesOf(manifest)].map(({ source, pod }) => [pod.name, source.image.value]),
      [
        ['web', 'a'],
        ['web', 'b'],
        ['web', 'c'],
      ],
    );
  });

  it('finds the image a cursor is in, before or right behind', () => {
    for (const marked of ['image: ‸nginx', 'image: ngi‸nx', 'image: nginx‸']) {
      assert.deepEqual(offsetsOf(podOf(marked, 'image: other')), ['nginx'], marked);
    }
  });

  it('finds an image by its pull policy and by a misspelled key', () => {
    assert.deepEqual(offsetsOf(podOf('image: nginx\nimagePullPolicy: Nev‸er')), ['nginx']);
    assert.deepEqual(offsetsOf(podOf('image: nginx\nimagepull‸policy: Never')), ['nginx']);
  });

  it('finds nothing beside them', () => {
    assert.deepEqual(offsetsOf(podOf('im‸age: nginx')), []);
  });

  it('finds all that a selection touches', () => {
    assert.deepEqual(offsetsOf(podOf('image: a', 'image: b‸b', 'image: ‸c', 'image: d')), ['bb', 'c']);
  });
});
