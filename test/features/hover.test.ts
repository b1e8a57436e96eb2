import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Hover } from 'vscode-languageserver';
import { rememberingParser } from '../../server/src/domain/image-status.ts';
import { hover } from '../../server/src/features/hover.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { MINUTE, NOW, OTHER_DIGEST, dockerRecord, httpRecord, named, tagged } from '../helpers/records.ts';
import { UNREADABLE, storeOf } from '../helpers/store-view.ts';

const IN_STORE = 'image: registry.example/shop/‸web:1.4';
const store = storeOf({ [tagged.canonical]: dockerRecord() });

/** The blocks of the hover at the cursor, each as its lines. */
function shown(
  marked: string,
  context: FeatureContext = contextOf({ store }),
  languageId = 'yaml',
): string[][] {
  const { snapshot, position } = open(marked, languageId);
  return blocksOf(hover(snapshot, position, context));
}

function blocksOf(shown: Hover | null): string[][] {
  const contents = shown?.contents;
  assert.ok(contents !== undefined && typeof contents === 'object' && 'kind' in contents);
  return contents.value.split('\n\n---\n\n').map((block) => block.split('  \n'));
}

describe('hover', () => {
  it('says what an image resolves to, what the store has, and what each mode would do', () => {
    assert.deepEqual(shown(podOf(`${IN_STORE}\nimagePullPolicy: Always`)), [
      [
        '`docker://registry.example/shop/web:1.4` for `linux/amd64`',
        'Pull policy **Always** (set in the manifest): it is fetched in the mode `--force-fetch`',
      ],
      [
        'In the store: `sha512-abababababab`, 1.0 kB, imported 10 min ago',
        'Digest `sha256:cdcdcdcdcdcd`',
        '**current**: checked 3 min ago; the registry answered this digest',
        'unsigned: every byte checked against its digest',
      ],
      [
        '`default` uses the copy in the store (the store has this URL)',
        '`--force-fetch` asks the registry for the digest (a tag can move); if unchanged, uses the copy in the store; if changed, downloads what the store lacks, then puts it into the store',
        '`--no-fetch` uses the copy in the store (the store has this URL)',
      ],
    ]);
  });

  it('is about the value under the cursor: image or pull policy', () => {
    for (const marked of [podOf('image: "‸nginx‸"'), podOf('image: nginx\nimagePullPolicy: ‸Never‸')]) {
      const { snapshot, position, range } = open(marked);
      assert.deepEqual(hover(snapshot, position, contextOf())?.range, range, marked);
    }
  });

  it('tells the default policy, Never, and a policy that is not known', () => {
    const policyLine = (container: string): string | undefined => shown(podOf(container))[0]?.[1];
    assert.equal(
      policyLine('image: ngi‸nx'),
      'Pull policy **Always** (the default when there is no tag, which means latest): it is fetched in the mode `--force-fetch`',
    );
    assert.equal(
      policyLine('image: ngi‸nx\nimagePullPolicy: Never'),
      'Pull policy **Never** (set in the manifest): it is not fetched',
    );
    assert.equal(
      policyLine('image: ngi‸nx\nimagePullPolicy: "{{ .Policy }}"'),
      'Pull policy `{{ .Policy }}`: not known here',
    );
  });

  it('says that the store has nothing', () => {
    assert.deepEqual(shown(podOf('image: ngi‸nx'))[1], ['Not in the store.']);
  });

  it('says why nothing is known of the store, and promises nothing', () => {
    const [, block, modes] = shown(podOf(IN_STORE), contextOf({ store: UNREADABLE }));
    assert.match(
      String(block),
      /^The store could not be asked: The index of .* cannot be read\\: EACCES\\\.$/,
    );
    assert.deepEqual(modes, ['What each mode would do depends on the store.']);
  });

  it('says where a tag has moved', () => {
    const moved = storeOf({ [tagged.canonical]: dockerRecord({ movedTo: OTHER_DIGEST }) });
    const [, block] = shown(podOf(IN_STORE), contextOf({ store: moved }));
    assert.equal(block?.[1], 'Digest `sha256:cdcdcdcdcdcd`, now `sha256:efefefefefef` at the registry');
    assert.match(block[2] ?? '', /^\*\*moved\*\*: checked 3 min ago; /);
  });

  it('says until when an image is fresh, since when it is stale, and who signed it', () => {
    const pod =
      '{"acKind":"PodManifest","acVersion":"0.8.11","apps":[{"name":"a","image":{"name":"example.com/‸app","labels":[{"name":"version","value":"1.0"}]}}]}';
    const blockOf = (freshUntil: number): string[] | undefined => {
      const record = httpRecord({ freshUntil, etag: '"v1"' });
      const signers = [
        { identity: 'Jo <jo@example.com>', fingerprint: '0123456789ABCDEF0123456789ABCDEF01234567' },
      ];
      const signed = { ...record, image: { ...record.image, signers } };
      return shown(pod, contextOf({ store: storeOf({ [named.canonical]: signed }) }), 'json')[1];
    };
    assert.deepEqual(blockOf(NOW + 57 * MINUTE)?.slice(1), [
      'ETag `"v1"`',
      '**fresh**, for another 57 min: checked 3 min ago; the server said so',
      'Signed by Jo \\<jo\\@example\\.com\\> (`89ABCDEF01234567`)',
    ]);
    assert.equal(
      blockOf(NOW - 2 * MINUTE)?.[2],
      '**stale** (went stale 2 min ago): checked 3 min ago; its freshness lifetime is over',
    );
  });

  it('says which alias a short name was read by', () => {
    const aliases = new Map([['fedora', 'registry.fedoraproject.org/fedora']]);
    const marked = open(podOf('image: fed‸ora:41\nimagePullPolicy: Always'));
    const snapshot = { ...marked.snapshot, parse: rememberingParser(() => aliases) };
    const [block] = blocksOf(hover(snapshot, marked.position, contextOf()));
    assert.deepEqual(block, [
      '`docker://registry.fedoraproject.org/fedora:41` for `linux/amd64`',
      '`fedora` is an alias for `registry.fedoraproject.org/fedora`',
      'Pull policy **Always** (set in the manifest): it is fetched in the mode `--force-fetch`',
    ]);
  });

  it('offers links only to a client that runs them', () => {
    const links = (commandLinks: boolean): string | undefined =>
      shown(podOf('image: ngi‸nx'), contextOf({ client: { commandLinks } }))[2]?.[3];
    assert.equal(links(false), undefined);
    assert.match(
      links(true) ?? '',
      /^\[Fetch\]\(command:larder\.fetch\?\S+\) · \[.*\]\(\S+\) · \[.*\]\(\S+\)$/,
    );
  });

  it('says that a template is completed later', () => {
    assert.deepEqual(shown(podOf('image: $(IM‸AGE)')), [
      ['A template completes this value later, so what it resolves to is not known here.'],
    ]);
  });

  it('has nothing to say beside images, and leaves invalid ones to their diagnostic', () => {
    for (const marked of [podOf('im‸age: nginx'), podOf('image: shop/W‸eb'), '‸']) {
      const { snapshot, position } = open(marked);
      assert.equal(hover(snapshot, position, contextOf()), null, marked);
    }
  });

  it('lets no text of a registry or an image become Markdown', () => {
    const hostile =
      '](command:workbench.action.quit) [click](https://evil.example) <img src=x> $(zap) ```\n# a';
    fc.assert(
      fc.property(fc.shuffledSubarray(hostile.split(' '), { minLength: 1 }), (words) => {
        const text = words.join(' ');
        const record = dockerRecord({ digest: text, movedTo: text });
        const signed = { ...record.image, imageId: text, signers: [{ identity: text, fingerprint: text }] };
        const context = contextOf({ store: storeOf({ [tagged.canonical]: { ...record, image: signed } }) });
        const value = shown(podOf(IN_STORE), context).flat().join('\n');
        const outsideCode = value.replace(/(`+)(?!`).*?(?<!`)\1(?!`)/gs, '').replace(/\\./gs, '');
        assert.doesNotMatch(outsideCode, /[[\]<>$#`]/);
      }),
    );
  });

  it('keeps each block to four lines', () => {
    for (const record of [
      dockerRecord(),
      dockerRecord({ movedTo: OTHER_DIGEST }),
      httpRecord({ etag: '"a"' }),
    ]) {
      const context = contextOf({
        store: storeOf({ [tagged.canonical]: record }),
        client: { commandLinks: true },
      });
      for (const block of shown(podOf(IN_STORE), context)) assert.ok(block.length <= 4);
    }
  });
});
