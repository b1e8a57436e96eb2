import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { HttpCacheData } from '../../server/src/domain/record.ts';
import { imagesView } from '../../server/src/features/images-view.ts';
import { namedImages } from '../../server/src/features/named-images.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import {
  dockerRecord,
  httpRecord,
  IMAGE_ID,
  MINUTE,
  named,
  NOW,
  OTHER_DIGEST,
  pinned,
  signed,
  tagged,
} from '../helpers/records.ts';
import { storeOf, UNREADABLE } from '../helpers/store-view.ts';

const WEB = 'registry.example/shop/web:1.4';

function viewOf(text: string, context: FeatureContext, pods: ReadonlyMap<string, number> = new Map()) {
  const { snapshot } = open(text);
  return imagesView(namedImages(snapshot), pods, context, snapshot.parse);
}

/** `text: state: words` of each image of the workspace. */
function states(text: string, context: FeatureContext): string[] {
  return viewOf(text, context).view.workspace.map(
    ({ label, state, words }) => `${label}: ${state}: ${words}`,
  );
}

describe('the view of images', () => {
  const store = storeOf({ [tagged.canonical]: dockerRecord() });

  it('tells each state in words, what wants attention first', () => {
    const moved = { ...tagged, canonical: 'docker://registry.example/shop/web:1.5' };
    const context = contextOf({
      store: storeOf({
        [tagged.canonical]: dockerRecord(),
        [pinned.canonical]: dockerRecord(),
        [moved.canonical]: dockerRecord({ movedTo: OTHER_DIGEST }),
      }),
    });
    const images = [
      WEB,
      pinned.canonical.replace('docker://', ''),
      'registry.example/shop/web:1.5',
      'shop/Web',
      '$(IMAGE)',
      'nginx:1',
      'busybox:1',
    ];
    assert.deepEqual(states(podOf(...images.map((image) => `image: ${image}`)), context), [
      'busybox:1: missing: not in store',
      'nginx:1: missing: not in store',
      'registry.example/shop/web:1.5: moved: moved, seen 3 min ago',
      'shop/Web: invalid: not a valid image',
      '$(IMAGE): unresolved: completed later by a template',
      `${WEB}: stored: in store, checked 3 min ago`,
      `${images[1] ?? ''}: pinned: pinned, in store`,
    ]);
  });

  describe('of an image that came from a web server', () => {
    const manifest = JSON.stringify({
      ...{ acKind: 'PodManifest', acVersion: '0.8.11' },
      apps: [
        {
          name: 'app',
          image: { name: 'example.com/app', labels: [{ name: 'version', value: '1.0' }] },
        },
      ],
    });
    /** `state: words` of the one image, and when they change. */
    function told(state: FeatureContext['store']) {
      const { snapshot } = open(manifest, 'json');
      const context = contextOf({ store: state });
      const { view, changesAt } = imagesView(namedImages(snapshot), new Map(), context, snapshot.parse);
      const [image, ...others] = view.workspace;
      assert.ok(image);
      assert.deepEqual(others, []);
      return { words: `${image.state}: ${image.words}`, tooltip: image.tooltip, changesAt };
    }
    const stored = (data: Partial<HttpCacheData>) => told(storeOf({ [named.canonical]: httpRecord(data) }));

    it('tells until when the copy is fresh, and looks again then', () => {
      const until = NOW + 30_000;
      const { words, tooltip, changesAt } = stored({ freshUntil: until });
      assert.equal(words, 'stored: in store, checked 3 min ago, still fresh');
      assert.match(tooltip, /the server said so/);
      assert.equal(changesAt, until);
    });

    it('tells since when the copy is stale', () => {
      const { words, tooltip, changesAt } = stored({ freshUntil: NOW - 2 * MINUTE });
      assert.equal(words, 'stale: in store, went stale 2 min ago');
      assert.match(tooltip, /its freshness lifetime is over/);
      assert.equal(changesAt, NOW + MINUTE);
    });

    it('tells that the copy is stale where nobody knows since when', () => {
      const future = httpRecord({ freshUntil: NOW + 60 * MINUTE }, NOW + 5 * MINUTE);
      const { words, tooltip } = told(storeOf({ [named.canonical]: future }));
      assert.equal(words, 'stale: in store, stale');
      assert.match(tooltip, /the clock was set back/);
    });

    it('tells when it was checked where the server sent no caching data', () => {
      assert.equal(stored({}).words, 'stored: in store, checked 3 min ago');
    });

    it('tells that there is none, or that nobody knows', () => {
      assert.equal(told(storeOf({})).words, 'missing: not in store');
      const { words, tooltip } = told(UNREADABLE);
      assert.match(words, /^unknown: unknown: The index of .*EACCES/);
      assert.match(tooltip, /The store could not be asked/);
    });

    it('tells nothing of freshness where an image ID pins it', () => {
      const pod = { acKind: 'PodManifest', acVersion: '0.8.11', apps: [{ image: { id: IMAGE_ID } }] };
      const { snapshot } = open(JSON.stringify(pod), 'json');
      const context = contextOf({ store: storeOf({ [IMAGE_ID]: httpRecord({ freshUntil: NOW - MINUTE }) }) });
      const [image] = imagesView(namedImages(snapshot), new Map(), context, snapshot.parse).view.workspace;
      assert.deepEqual([image?.state, image?.words], ['pinned', 'pinned, in store']);
    });
  });

  it('puts a stale image behind those that are missing and before those that are well', () => {
    const apps = ['fresh', 'absent', 'old'].map((name) => ({ name, image: { name: `example.com/${name}` } }));
    const canonicalOf = (name: string): string => `example.com/${name},arch=amd64,os=linux`;
    const { snapshot } = open(JSON.stringify({ acKind: 'PodManifest', acVersion: '0.8.11', apps }), 'json');
    const records = {
      [canonicalOf('fresh')]: httpRecord({ freshUntil: NOW + MINUTE }),
      [canonicalOf('old')]: httpRecord({ freshUntil: NOW - MINUTE }),
    };
    const context = contextOf({ store: storeOf(records) });
    assert.deepEqual(
      imagesView(namedImages(snapshot), new Map(), context, snapshot.parse).view.workspace.map(
        ({ state }) => state,
      ),
      ['missing', 'stale', 'stored'],
    );
  });

  it('has an image once, with its places and all its pull policies', () => {
    const text = podOf(`image: ${WEB}`, `image: ${WEB}\nimagePullPolicy: Always`);
    const [image, ...others] = viewOf(text, contextOf({ store })).view.workspace;
    assert.ok(image);
    assert.deepEqual(others, []);
    assert.deepEqual(image.policies, ['IfNotPresent', 'Always']);
    assert.equal(image.imageId, IMAGE_ID);
    assert.equal(image.canonical, tagged.canonical);
    assert.deepEqual(
      image.places.map(({ owner, range }) => `${owner} ${range.start.line}:${range.start.character}`),
      ['Pod web, container c 7:13', 'Pod web, container c 9:13'],
    );
    assert.match(image.tooltip, /Named in 2 places of 1 manifest$/);
  });

  it('tells of an image in the store how large and old it is, what leads to it, who signed it and who uses it', () => {
    const context = contextOf({ store: storeOf({ [tagged.canonical]: signed(dockerRecord()) }) });
    const [image] = viewOf(podOf(`image: ${WEB}`), context, new Map([[IMAGE_ID, 2]])).view.store;
    assert.ok(image);
    assert.equal(image.words, '1.0 kB, imported 10 min ago, used by 1 manifest and 2 prepared pods');
    assert.deepEqual(image.references, [tagged.canonical]);
    assert.equal(image.label, WEB);
    assert.deepEqual([image.manifests, image.pods], [1, 2]);
    for (const fact of [IMAGE_ID, tagged.canonical, 'Signed by Shop', 'last used 1 min ago'])
      assert.ok(image.tooltip.includes(fact), image.tooltip);
    assert.equal(viewOf('', context).view.store[0]?.words, '1.0 kB, imported 10 min ago, not used here');
  });

  it('calls an image in the store by its tag rather than by a digest, and else by its name', () => {
    const labelOf = (...canonicals: readonly string[]): string | undefined => {
      const records = Object.fromEntries(canonicals.map((canonical) => [canonical, dockerRecord()]));
      return viewOf('', contextOf({ store: storeOf(records) })).view.store[0]?.label;
    };
    const tag = 'docker://registry.example/shop/web:latest';
    assert.equal(labelOf(pinned.canonical, tag), tag.slice('docker://'.length));
    assert.equal(labelOf(pinned.canonical), pinned.canonical.slice('docker://'.length));
    assert.equal(labelOf(named.canonical), 'registry.example/shop/web');
  });

  it('says why the store is not known', () => {
    const { view, changesAt } = viewOf(podOf('image: nginx'), contextOf({ store: UNREADABLE }));
    assert.match(view.failure ?? '', /EACCES/);
    assert.deepEqual(view.store, []);
    assert.equal(view.workspace[0]?.state, 'unknown');
    assert.equal(changesAt, null);
  });

  it('shows nothing as Markdown or on a second line that a manifest wrote', () => {
    const evil = 'a[x](command:evil)\u202E\\n<b>';
    const [image] = viewOf(podOf(`image: "${evil}"`), contextOf()).view.workspace;
    assert.ok(image);
    assert.equal(image.label, 'a[x](command:evil)\\u{202e}\\u{a}<b>');
    // In a code span, nothing is a link.
    assert.match(image.tooltip.split('  \n')[0] ?? '', /^`[^`\n]*`$/);
    assert.ok(!image.tooltip.includes('\u202E'));
  });

  it('knows when its words become untrue', () => {
    const { changesAt } = viewOf(podOf(`image: ${WEB}`), contextOf({ store }));
    assert.equal(changesAt, NOW + MINUTE);
    assert.equal(viewOf(podOf('image: nginx'), contextOf()).changesAt, null);
  });
});
