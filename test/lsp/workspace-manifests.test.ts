import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { ManifestFile } from '../../server/src/commands/manifests.ts';
import { rememberingParser } from '../../server/src/domain/image-status.ts';
import { snapshotOf } from '../../server/src/features/snapshot.ts';
import { workspaceManifests } from '../../server/src/lsp/workspace-manifests.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';
import { withDirectory } from '../engine/store/fixture.ts';
import { podOf } from '../helpers/editor.ts';

const none = (): void => undefined;

const JSON_POD = '{"kind":"Pod","spec":{"containers":[{"image":"from-json:1"}]}}';

/** Documents as a client has them open. */
function opened(texts: Readonly<Record<string, string>>) {
  const of = (uri: string): ManifestFile | undefined => {
    const text = texts[uri] ?? '';
    const document = TextDocument.create(uri, 'yaml', 3, text);
    return { snapshot: snapshotOf(document, readManifest(text, 'yaml')), version: 3 };
  };
  return { uris: Object.keys(texts), of, parse: rememberingParser() };
}

async function imagesIn(
  open: ReturnType<typeof opened>,
  folders: readonly string[],
  signal = new AbortController().signal,
) {
  const unread: string[] = [];
  const onUnread = (path: string, why: string): void => void unread.push(`${basename(path)}: ${why}`);
  const found: string[] = [];
  for await (const { snapshot, version } of workspaceManifests(open, folders, signal, onUnread)) {
    const pods = snapshot.manifest.documents.flatMap((document) => document.pods);
    const images = pods.flatMap((pod) => pod.images.map(({ image }) => image.value));
    found.push(`${version ?? 'closed'}: ${images.join()}`);
  }
  return { found: found.sort(), unread };
}

describe('workspaceManifests', () => {
  it('are the open documents as they are in the editor, and the other files', () =>
    withDirectory(async (root) => {
      await fs.writeFile(join(root, 'a b.yaml'), podOf('image: as-saved'));
      await fs.writeFile(join(root, 'b.yaml'), `${podOf('image: one')}---\n${podOf('image: two')}`);
      await fs.writeFile(join(root, 'c.json'), JSON_POD);
      await fs.writeFile(join(root, 'd.yaml'), 'kind: ConfigMap\n');
      const folder = pathToFileURL(root).href;
      // As VS Code writes it, which is not how Node does.
      const uri = `${folder}/a%20b.yaml`.replace('/a', '/%61');
      const open = opened({ [uri]: podOf('image: as-typed'), 'untitled:Untitled-1': podOf('image: new') });
      const { found, unread } = await imagesIn(open, [folder, folder, 'vscode-remote://elsewhere/']);
      assert.deepEqual(found, ['3: as-typed', '3: new', 'closed: from-json:1', 'closed: one,two']);
      assert.deepEqual(unread, ['elsewhere: it is no directory of this machine']);
    }));

  it('stand where an editor sees them, without a byte order mark', () =>
    withDirectory(async (root) => {
      await fs.writeFile(join(root, 'a.json'), `\u{FEFF}${JSON_POD}`);
      const { signal } = new AbortController();
      for await (const { snapshot } of workspaceManifests(
        opened({}),
        [pathToFileURL(root).href],
        signal,
        none,
      ))
        assert.equal(snapshot.document.getText(), JSON_POD);
    }));

  it('read images in the same way, whether they are open or not', () =>
    withDirectory(async (root) => {
      await fs.writeFile(join(root, 'a.yaml'), podOf('image: nginx'));
      const open = {
        ...opened({}),
        parse: rememberingParser(() => new Map([['nginx', 'quay.io/team/nginx']])),
      };
      const { signal } = new AbortController();
      const parsers = new Set();
      for await (const { snapshot } of workspaceManifests(open, [pathToFileURL(root).href], signal, none))
        parsers.add(snapshot.parse);
      assert.deepEqual([...parsers], [open.parse]);
    }));

  it('leave out what is too large or no UTF-8, and tell of it', () =>
    withDirectory(async (root) => {
      await fs.writeFile(join(root, 'large.yaml'), podOf('image: a') + '#'.repeat(3 << 20));
      await fs.writeFile(join(root, 'latin1.yaml'), Buffer.from(podOf('image: a # \u{E9}'), 'latin1'));
      await fs.writeFile(join(root, 'good.yaml'), podOf('image: good'));
      const { found, unread } = await imagesIn(opened({}), [pathToFileURL(root).href]);
      assert.deepEqual(found, ['closed: good']);
      const [large, latin1] = unread.sort();
      assert.equal(large, 'large.yaml: it is larger than 2 MiB');
      assert.match(latin1 ?? '', /^latin1\.yaml: /);
    }));

  it('are not to be had half when they are cancelled', () =>
    withDirectory(async (root) => {
      const folders = [pathToFileURL(root).href];
      await assert.rejects(imagesIn(opened({}), folders, AbortSignal.abort()), { code: 'E_CANCELLED' });
    }));
});
