import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { ManifestFile } from '../../server/src/commands/manifests.ts';
import { snapshotOf } from '../../server/src/features/snapshot.ts';
import { WorkspaceImages } from '../../server/src/lsp/workspace-images.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';
import { podOf } from '../helpers/editor.ts';

const { signal } = new AbortController();

function fileOf(uri: string, text: string): ManifestFile {
  const document = TextDocument.create(uri, 'yaml', 0, text);
  return { snapshot: snapshotOf(document, readManifest(text, 'yaml')), version: null };
}

/** A workspace whose files are these, by path; `read` tells what was read of the disk. */
function workspace(files: Map<string, string>, open = new Map<string, string>()) {
  const read: string[] = [];
  const fromDisk = (path: string): ManifestFile => {
    read.push(path);
    return fileOf(pathToFileURL(path).href, files.get(path) ?? '');
  };
  const images = new WorkspaceImages({
    *opened() {
      for (const [uri, text] of open) yield fileOf(uri, text);
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the disk is
    async *saved() {
      for (const path of files.keys()) yield fromDisk(path);
    },
    savedAt: (path) => Promise.resolve(files.has(path) ? fromDisk(path) : undefined),
  });
  const texts = async (): Promise<string[]> =>
    (await images.all(signal)).map(({ source }) => source.image.value);
  return { images, read, texts };
}

describe('WorkspaceImages', () => {
  it('reads each file once', async () => {
    const { read, texts } = workspace(new Map([['/w/a.yaml', podOf('image: a')]]));
    assert.deepEqual([await texts(), await texts()], [['a'], ['a']]);
    assert.deepEqual(read, ['/w/a.yaml']);
  });

  it('reads all again when it is to forget them', async () => {
    const files = new Map([['/w/a.yaml', podOf('image: a')]]);
    const { images, texts } = workspace(files);
    await texts();
    files.set('/w/b.yaml', podOf('image: b'));
    images.forget();
    assert.deepEqual(await texts(), ['a', 'b']);
  });

  it('has open documents as they are in the editor, however it writes their URIs', async () => {
    const files = new Map([['/w/a.yaml', podOf('image: saved')]]);
    const open = new Map([
      ['file:///w/%61.yaml', podOf('image: typed')],
      ['untitled:Untitled-1', podOf('image: new')],
    ]);
    const { texts } = workspace(files, open);
    assert.deepEqual(await texts(), ['typed', 'new']);
    open.clear();
    assert.deepEqual(await texts(), ['saved']);
  });

  it('follows files that are made, changed and deleted, and reads no others', async () => {
    const files = new Map([
      ['/w/a.yaml', podOf('image: a')],
      ['/w/b.yaml', podOf('image: b')],
    ]);
    const { images, read, texts } = workspace(files);
    await texts();
    read.splice(0);
    files.set('/w/a.yaml', podOf('image: changed'));
    files.delete('/w/b.yaml');
    files.set('/w/c.yml', podOf('image: made'));
    const uris = ['file:///w/a.yaml', 'file:///w/b.yaml', 'file:///w/c.yml'];
    assert.equal(await images.changed(uris), true);
    assert.deepEqual(await texts(), ['changed', 'made']);
    assert.deepEqual(read, ['/w/a.yaml', '/w/c.yml']);
  });

  it('does not care about what can hold no manifest', async () => {
    const { images } = workspace(new Map());
    const uris = ['file:///w/node_modules/x/a.yaml', 'file:///w/readme.md', 'untitled:a.yaml'];
    assert.equal(await images.changed(uris), false);
  });
});
