import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { Snapshots } from '../../server/src/lsp/snapshots.ts';

const POD = 'kind: Pod\nspec:\n  containers:\n  - image: nginx\n';

describe('Snapshots', () => {
  const documents = new Map<string, TextDocument>();
  let shortNames: ReadonlyMap<string, string> | undefined;
  const snapshots = new Snapshots(
    (uri) => documents.get(uri),
    () => shortNames,
  );
  const open = (uri: string, languageId: string, text: string): void => {
    documents.set(uri, TextDocument.create(uri, languageId, 1, text));
  };
  const imageOf = (uri: string): unknown =>
    snapshots.of(uri)?.manifest.documents[0]?.pods[0]?.images[0]?.image.value;

  it('have nothing of what is not open', () => {
    assert.equal(snapshots.of('file:///absent.yaml'), undefined);
  });

  it('are the same as long as the text is the same', () => {
    open('a', 'yaml', POD);
    assert.equal(imageOf('a'), 'nginx');
    assert.equal(snapshots.of('a'), snapshots.of('a'));
  });

  it('follow an edit, which TextDocuments does in place', () => {
    open('b', 'yaml', POD);
    const before = snapshots.of('b');
    const document = documents.get('b');
    assert(document !== undefined);
    TextDocument.update(document, [{ text: POD.replace('nginx', 'redis') }], 2);
    assert.notEqual(snapshots.of('b'), before);
    assert.equal(imageOf('b'), 'redis');
  });

  it('follow an edit even when the client does not count versions', () => {
    open('c', 'yaml', POD);
    snapshots.of('c');
    const document = documents.get('c');
    assert(document !== undefined);
    TextDocument.update(document, [{ text: POD.replace('nginx', 'redis') }], 1);
    assert.equal(imageOf('c'), 'redis');
  });

  it('are of the document that is open now', () => {
    open('d', 'yaml', POD);
    const before = snapshots.of('d');
    snapshots.forget('d');
    open('d', 'yaml', POD);
    assert.notEqual(snapshots.of('d'), before);
    assert.equal(snapshots.of('d')?.document, documents.get('d'));
  });

  it('are read by the short names that there are now', () => {
    open('g', 'yaml', POD);
    const target = 'quay.io/team/nginx';
    const canonical = (): string => {
      const snapshot = snapshots.of('g');
      const [source] = snapshot?.manifest.documents[0]?.pods[0]?.images ?? [];
      assert(snapshot !== undefined && source !== undefined);
      const parsed = snapshot.parse(source, { os: 'linux', architecture: 'amd64' });
      return 'kind' in parsed ? parsed.canonical : parsed.error.message;
    };
    const before = snapshots.of('g');
    assert.equal(canonical(), 'docker://registry-1.docker.io/library/nginx:latest');
    shortNames = new Map([['nginx', target]]);
    assert.equal(canonical(), `docker://${target}:latest`);
    // The text is not read again for it.
    assert.equal(snapshots.of('g'), before);
  });

  it('read JSON as JSON', () => {
    open('e', 'jsonc', `// a comment\n{"kind": "Pod", "spec": {"containers": [{"image": "nginx"}]}}`);
    assert.equal(imageOf('e'), 'nginx');
  });
});
