import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { InsertTextFormat } from 'vscode-languageserver';
import type { CompletionItem, TextEdit } from 'vscode-languageserver';
import { completions } from '../../server/src/features/completion.ts';
import type { FeatureContext } from '../../server/src/features/snapshot.ts';
import { contextOf, open, podOf } from '../helpers/editor.ts';
import { openPolicy, storeWith } from '../helpers/policy-editor.ts';
import { UNREADABLE } from '../helpers/store-view.ts';

const SNIPPETS = contextOf({ client: { snippets: true } });

function offered(
  marked: string,
  context: FeatureContext = contextOf(),
  uri?: string,
): CompletionItem[] | null {
  const { snapshot, position } = openPolicy(marked, uri);
  return completions(snapshot, position, context);
}

const labels = (marked: string, context?: FeatureContext, uri?: string) =>
  offered(marked, context, uri)
    ?.toSorted((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1))
    .map(({ label }) => label) ?? null;

/** The text after the completion with a label was taken. */
function taken(marked: string, label: string, context?: FeatureContext): string {
  const item = offered(marked, context)?.find((candidate) => candidate.label === label);
  assert(item?.textEdit !== undefined, `${label} in ${String(labels(marked))}`);
  const { snapshot } = openPolicy(marked);
  return TextDocument.applyEdits(snapshot.document, [item.textEdit as TextEdit]);
}

const requirement = (keys: string) => `{ "default": [{ ${keys} }] }`;
const TYPES = ['insecureAcceptAnything', 'reject', 'signedBaseLayer', 'signedBy', 'sigstoreSigned'];

describe('completion in an image policy', () => {
  it('offers keys by their place, those that are needed first', () => {
    assert.deepEqual(labels('{ ‸ }'), ['default', 'transports']);
    assert.deepEqual(labels('{ "default": [], "‸" }'), ['transports']);
    assert.deepEqual(labels(requirement('‸')), ['type']);
    assert.deepEqual(labels(requirement('"type": "reject", ‸')), null);
    assert.deepEqual(labels(requirement('"type": "signedBy", ‸')), [
      ...['keyType', 'keyData', 'keyPath', 'keyPaths', 'signedIdentity'],
    ]);
    assert.deepEqual(
      labels(requirement('"type": "signedBy", "signedIdentity": { "type": "remapIdentity", ‸ }')),
      [...['prefix', 'signedPrefix']],
    );
    assert.deepEqual(labels(requirement('"type": "sigstoreSigned", "fulcio": { "caPath": "/a", ‸ }')), [
      ...['oidcIssuer', 'subjectEmail'],
    ]);
  });

  it('offers no key that would be one too many', () => {
    assert.deepEqual(labels(requirement('"type": "signedBy", "keyPath": "/k", ‸')), [
      'keyType',
      'signedIdentity',
    ]);
    assert.deepEqual(
      labels(requirement('"type": "sigstoreSigned", "keyPath": "/k", "rekorPublicKeyData": "", ‸')),
      ['signedIdentity'],
    );
  });

  it('offers values', () => {
    assert.deepEqual(labels(requirement('"type": "‸"')), TYPES);
    assert.deepEqual(labels(requirement('"type": ‸')), TYPES);
    assert.deepEqual(labels(requirement('"type": "signedBy", "keyType": "‸"')), [
      ...['GPGKeys', 'X509Certificates', 'signedByGPGKeys', 'signedByX509CAs'],
    ]);
    assert.deepEqual(labels(requirement('"type": "signedBy", "signedIdentity": { "type": "‸" }'))?.length, 6);
    assert.deepEqual(labels(requirement('"type": "signedBy", "keyPath": "‸"')), null);
  });

  it('offers whole requirements and identities where one can begin', () => {
    assert.deepEqual(labels('{ "default": ‸ }'), TYPES);
    assert.deepEqual(labels('{ "default": [‸] }'), TYPES);
    assert.deepEqual(labels('{ "default": [{ "type": "reject" }, ‸] }'), TYPES);
    assert.deepEqual(labels(requirement('"type": "signedBy", "signedIdentity": ‸'))?.length, 6);
    assert.deepEqual(labels('{ "default": [‸{ "type": "reject" }] }'), null);
    assert.equal(
      taken('{ "default": [‸] }', 'signedBy', SNIPPETS),
      '{ "default": [{ "type": "signedBy", "keyType": "GPGKeys", "keyPath": "$1" }] }',
    );
    assert.equal(
      taken('{ "default": ‸ }', 'signedBaseLayer', SNIPPETS),
      '{ "default": [{ "type": "signedBaseLayer", "baseLayerIdentity": { "type": "$1" } }] }',
    );
  });

  it('offers transports, and scopes from the images in the store', () => {
    assert.equal(labels('{ "transports": { "‸" } }')?.[0], 'docker');
    assert.deepEqual(labels('{ "transports": { "dir": { "‸" } } }'), ['""']);
    const context = contextOf({ store: storeWith('docker.io/library/nginx:1', 'docker.io/library/redis:7') });
    const scoped = '{ "transports": { "docker": { "docker.io": [], "‸" } } }';
    assert.deepEqual(labels(scoped, context), [
      '""',
      '*.io',
      ...['library', 'library/nginx', 'library/nginx:1', 'library/redis', 'library/redis:7'].map(
        (name) => `docker.io/${name}`,
      ),
    ]);
    assert.deepEqual(labels(scoped, contextOf({ store: UNREADABLE })), ['""']);
    const library = offered(scoped, context)?.find(({ label }) => label === 'docker.io/library');
    assert.deepEqual(library?.documentation, {
      kind: 'markdown',
      value: '2 images in the store: `docker.io/library`.',
    });
  });

  it('offers no more scopes than can be looked through', () => {
    const names = Array.from({ length: 400 }, (_, i) => `r.example/n${i}:1`);
    const found = labels(
      '{ "transports": { "docker": { "‸" } } }',
      contextOf({ store: storeWith(...names) }),
    );
    assert.equal(found?.length, 201);
  });

  it('writes what is missing around, and no more', () => {
    assert.equal(taken('{ ‸ }', 'default'), '{ "default": [{ "type": "" }] }');
    assert.equal(taken('{ "def‸" }', 'default'), '{ "default": [{ "type": "" }] }');
    assert.equal(taken('{ def‸ }', 'default'), '{ "default": [{ "type": "" }] }');
    assert.equal(taken('{ "‸": [] }', 'default'), '{ "default": [] }');
    assert.equal(taken('{ "‸\n}', 'default'), '{ "default": [{ "type": "" }]\n}');
    assert.equal(taken('{ ‸ "default": [] }', 'transports'), '{ "transports": {  }, "default": [] }');
    assert.equal(taken(requirement('"type": "re‸xx"'), 'reject'), requirement('"type": "reject"'));
    assert.equal(
      taken(requirement('"type": "signedBy", "keyType": ‸ "keyPath": "/k"'), 'GPGKeys'),
      requirement('"type": "signedBy", "keyType": "GPGKeys", "keyPath": "/k"'),
    );
  });

  it('has places to fill in only for clients that know them', () => {
    const [first] = offered('{ ‸ }', SNIPPETS) ?? [];
    assert.equal(first?.insertTextFormat, InsertTextFormat.Snippet);
    assert.match(first.textEdit?.newText ?? '', /\$1/);
    for (const marked of ['{ ‸ }', '{ "default": [‸] }', '{ "transports": { "‸" } }']) {
      for (const { insertTextFormat, textEdit } of offered(marked) ?? []) {
        assert.equal(insertTextFormat, InsertTextFormat.PlainText);
        assert.doesNotMatch(textEdit?.newText ?? '', /[$\\]/);
      }
    }
  });

  it('helps to begin a file that by its name may become one', () => {
    const uri = 'file:///srv/policy.json';
    assert.deepEqual(labels('{ ‸ }', undefined, uri), ['default', 'transports']);
    assert.deepEqual(labels('{ "Version": "2012-10-17", ‸ }', undefined, uri), null);
    assert.deepEqual(labels('‸', undefined, uri), null);
  });

  it('says nothing in any other document', () => {
    const other = open(podOf('image: ‸'));
    assert.equal(completions(other.snapshot, other.position, contextOf()), null);
    assert.equal(offered('{ "‸" }', undefined, 'file:///srv/pod.json'), null);
    assert.equal(offered('{ "nothing": { "‸" } }'), null);
  });

  it('answers at any place of any text, each time by an edit of one line around the cursor', () => {
    const base = `{ "default": [{ "type": "reject" }], "transports": { "docker": { "": [
      { "type": "signedBy", "keyType": "GPGKeys", "keyPaths": ["/a"], "signedIdentity": { "type": "matchExact" } }] } } }`;
    const context = contextOf({ client: { snippets: true }, store: storeWith('docker.io/library/a:1') });
    const edit = fc.tuple(
      fc.nat(base.length),
      fc.nat(30),
      fc.constantFrom('', '"', '{', '}', ':', ',', '\n', '[', 'a'),
    );
    fc.assert(
      fc.property(edit, fc.nat(base.length), ([at, remove, insert], cursor) => {
        const text = base.slice(0, at) + insert + base.slice(at + remove);
        const { snapshot, position } = openPolicy(`${text.slice(0, cursor)}‸${text.slice(cursor)}`);
        for (const { textEdit } of completions(snapshot, position, context) ?? []) {
          assert(textEdit !== undefined && 'range' in textEdit);
          const { start, end } = textEdit.range;
          assert(start.line === position.line && end.line === position.line);
          assert(start.character <= position.character && position.character <= end.character);
        }
      }),
      { numRuns: 500 },
    );
  });
});
