import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CodeAction } from 'vscode-languageserver';
import { codeActions } from '../../server/src/features/code-action.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import type { FetchArguments } from '../../server/src/protocol.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { OTHER_DIGEST, dockerRecord, tagged } from '../helpers/records.ts';
import { storeOf } from '../helpers/store-view.ts';

const WEB = 'registry.example/shop/web:1.4';

function fetches(marked: string, context: FeatureContext = contextOf()): CodeAction[] {
  const { snapshot, range } = open(marked);
  return codeActions(snapshot, range, {}, context).filter(
    ({ command }) => command?.command === 'larder.fetch',
  );
}

/** `title: image mode, image mode`, with `!` for --no-cache. */
function told({ title, command }: CodeAction): string {
  const [argument] = command?.arguments as [FetchArguments];
  const items = argument.images.map(({ image, mode }) => `${image} ${mode}`);
  return `${title}: ${items.join(', ')}${argument.noCache ? '!' : ''}`;
}

describe('fetchActions', () => {
  it('fetches the image under the cursor in each mode, and the pod it is in', () => {
    const pod = podOf(
      'image: a:‸1',
      'image: b:1\nimagePullPolicy: Always',
      'image: c:1\nimagePullPolicy: Never',
    );
    assert.deepEqual(fetches(pod).map(told), [
      'Fetch "a:1": a:1 default',
      'Fetch "a:1" with --force-fetch: a:1 remote',
      'Fetch "a:1" with --no-cache: a:1 remote!',
      'Fetch the 3 missing images of Pod web: a:1 default, b:1 default, c:1 default',
      'Fetch the images of Pod web, each by its own pull policy: a:1 default, b:1 remote',
    ]);
  });

  it('fetches what is selected together', () => {
    assert.deepEqual(
      fetches(podOf('image: ‸a:1', 'image: b:1‸', 'image: c:1'))
        .slice(0, 2)
        .map(told),
      [
        'Fetch 2 images: a:1 default, b:1 default',
        'Fetch 2 images with --force-fetch: a:1 remote, b:1 remote',
      ],
    );
  });

  it('is offered at the kind of a pod for all its images', () => {
    assert.deepEqual(fetches(podOf('image: a:1').replace('kind', '‸kind')).map(told), [
      'Fetch the missing image of Pod web: a:1 default',
      'Fetch the images of Pod web, each by its own pull policy: a:1 default',
    ]);
  });

  it('calls a pod without a name by its kind', () => {
    const unnamed = podOf('image: ‸a:1').replace('metadata:\n  name: web\n', '');
    assert.equal(fetches(unnamed)[3]?.title, 'Fetch the missing image of this Pod');
  });

  it('repairs Never without an image by a fetch', () => {
    const [fetch, force] = fetches(podOf('image: ‸a:1\nimagePullPolicy: Never'));
    assert.equal(fetch?.kind, 'quickfix');
    assert.deepEqual(
      fetch.diagnostics?.map(({ code }) => code),
      ['never-but-missing'],
    );
    assert.deepEqual([force?.kind, force?.diagnostics], ['larder.fetch', undefined]);
  });

  it('repairs a moved tag by --force-fetch', () => {
    const store = storeOf({ [tagged.canonical]: dockerRecord({ movedTo: OTHER_DIGEST }) });
    const [fetch, force] = fetches(podOf(`image: ‸${WEB}`), contextOf({ store }));
    assert.equal(fetch?.kind, 'larder.fetch');
    assert.deepEqual(
      force?.diagnostics?.map(({ code }) => code),
      ['moved-tag'],
    );
  });

  it('offers nothing for templated and invalid images', () => {
    assert.deepEqual(fetches(podOf('image: $(IM‸AGE)')), []);
    assert.deepEqual(fetches(podOf('image: shop/W‸eb')), []);
  });
});
