import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codeLenses } from '../../server/src/features/code-lens.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { OTHER_DIGEST, dockerRecord, tagged } from '../helpers/records.ts';
import { UNREADABLE, storeOf } from '../helpers/store-view.ts';

const IN_STORE = 'image: registry.example/shop/web:1.4';
const store = storeOf({ [tagged.canonical]: dockerRecord() });

function titles(text: string, context: FeatureContext = contextOf({ store })): (string | undefined)[] {
  return codeLenses(open(text).snapshot, context).map(({ command }) => command?.title);
}

describe('codeLenses', () => {
  it("counts a pod's images and offers to fetch those that are missing", () => {
    const { snapshot } = open(podOf(IN_STORE, 'image: nginx', 'image: redis:7'));
    const [summary, fetch, prepare, ...more] = codeLenses(snapshot, contextOf({ store }));
    assert.deepEqual(more, []);
    assert.deepEqual(summary?.command, { title: '3 images: 1 in store, 2 missing', command: '' });
    assert.deepEqual(fetch?.command, {
      title: 'Fetch missing',
      command: 'larder.fetch',
      arguments: [
        {
          images: [
            { image: 'nginx', syntax: 'docker', mode: 'default' },
            { image: 'redis:7', syntax: 'docker', mode: 'default' },
          ],
        },
      ],
    });
    assert.deepEqual(prepare?.command, {
      title: 'Prepare',
      command: 'larder.prepare',
      arguments: [{ uri: snapshot.document.uri, pod: 0 }],
    });
    assert.deepEqual(
      [summary.range, fetch.range].map(({ start }) => start.line),
      [0, 0],
    );
  });

  it('offers no fetch when nothing is missing', () => {
    assert.deepEqual(titles(podOf(IN_STORE)), ['1 image: 1 in store', 'Prepare']);
  });

  it('counts an image that two containers share once', () => {
    assert.deepEqual(titles(podOf('image: nginx', 'image: nginx')), [
      '1 image: 1 missing',
      'Fetch missing',
      'Prepare',
    ]);
  });

  it('tells moved, templated and invalid images apart', () => {
    const moved = storeOf({ [tagged.canonical]: dockerRecord({ movedTo: OTHER_DIGEST }) });
    assert.deepEqual(
      titles(podOf(IN_STORE, 'image: $(IMAGE)', 'image: shop/Web'), contextOf({ store: moved })),
      ['3 images: 1 moved, 1 unresolved, 1 invalid'],
    );
  });

  it('says when the store is unknown, and offers nothing', () => {
    assert.deepEqual(titles(podOf('image: nginx'), contextOf({ store: UNREADABLE })), ['1 image: 1 unknown']);
  });

  it('gives each pod of a file its own line', () => {
    assert.deepEqual(titles(`${podOf(IN_STORE)}---\n${podOf(IN_STORE)}`), [
      '1 image: 1 in store',
      'Prepare',
      '1 image: 1 in store',
      'Prepare',
    ]);
  });

  it('gives none for a pod without images, and none when it is switched off', () => {
    assert.deepEqual(titles('apiVersion: v1\nkind: Pod\nspec:\n  containers: []\n'), []);
    assert.deepEqual(titles(podOf(IN_STORE), contextOf({ store, settings: { codeLens: false } })), []);
  });
});
