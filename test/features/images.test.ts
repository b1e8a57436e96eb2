import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { images } from '../../server/src/features/images.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import type { ImagesParams } from '../../server/src/protocol.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { dockerRecord, tagged } from '../helpers/records.ts';
import { UNREADABLE, storeOf } from '../helpers/store-view.ts';

const store = storeOf({ [tagged.canonical]: dockerRecord() });

/** `image mode` of each item. */
function asked(
  marked: string,
  which: ImagesParams['which'],
  context: FeatureContext = contextOf({ store }),
): string[] {
  const { snapshot, position } = open(marked);
  const params = marked.includes('‸') ? { which, position } : { which };
  return images(snapshot, params, context).map(({ image, mode }) => `${image} ${mode}`);
}

describe('images', () => {
  const text = podOf(
    'image: registry.example/shop/web:1.4',
    'image: nginx:1',
    'image: redis',
    'image: nginx:1',
  );

  it('gives what is missing, each once, in the default mode', () => {
    assert.deepEqual(asked(text, 'missing'), ['nginx:1 default', 'redis default']);
  });

  it('calls nothing missing while the store is unknown', () => {
    assert.deepEqual(asked(text, 'missing', contextOf({ store: UNREADABLE })), []);
  });

  it('gives all of them with --force-fetch', () => {
    assert.deepEqual(asked(text, 'all'), [
      'registry.example/shop/web:1.4 remote',
      'nginx:1 remote',
      'redis remote',
    ]);
  });

  it('gives each by its own policy, written or defaulted', () => {
    const policies = podOf(
      'image: a:1\nimagePullPolicy: Always',
      'image: b:1',
      'image: c',
      'image: d:1\nimagePullPolicy: Never',
      'image: e:1\nimagePullPolicy: sometimes',
    );
    assert.deepEqual(asked(policies, 'policy'), ['a:1 remote', 'b:1 default', 'c remote']);
  });

  it('lets the stronger policy of one image win', () => {
    const always = 'image: a:1\nimagePullPolicy: Always';
    assert.deepEqual(asked(podOf('image: a:1', always), 'policy'), ['a:1 remote']);
    assert.deepEqual(asked(podOf(always, 'image: a:1'), 'policy'), ['a:1 remote']);
  });

  it('gives the image at a position alone', () => {
    assert.deepEqual(asked(podOf('image: a', 'image: ‸b'), 'all'), ['b remote']);
    assert.deepEqual(asked(podOf('image: a', '‸image: b'), 'all'), []);
  });

  it('leaves templated and invalid images out', () => {
    assert.deepEqual(asked(podOf('image: $(IMAGE)', 'image: shop/Web'), 'all'), []);
  });

  it('tells the syntax of an appc image', () => {
    const pod =
      '{"acKind":"PodManifest","acVersion":"0.8.11","apps":[{"name":"a","image":{"name":"example.com/app"}}]}';
    assert.deepEqual(images(open(pod, 'json').snapshot, { which: 'all' }, contextOf()), [
      { image: 'example.com/app', syntax: 'appc', mode: 'remote' },
    ]);
  });
});
