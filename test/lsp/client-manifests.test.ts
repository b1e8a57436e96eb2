import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { Connection } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { imagesOf } from '../../server/src/domain/images-of.ts';
import { ClientManifests } from '../../server/src/lsp/client-manifests.ts';
import type { Client } from '../../server/src/lsp/client.ts';
import { Snapshots } from '../../server/src/lsp/snapshots.ts';
import { testHost, withDirectory } from '../engine/store/fixture.ts';
import { contextOf, podOf } from '../helpers/editor.ts';

const { signal } = new AbortController();

/** The manifests of a client with one folder, and documents open in it. */
function clientManifests(
  folder: string,
  open: Readonly<Record<string, string>>,
  failure: string | null = null,
) {
  const documents = new Map(
    Object.entries(open).map(([name, text]) => {
      const uri = pathToFileURL(join(folder, name)).href;
      return [uri, TextDocument.create(uri, 'yaml', 2, text)];
    }),
  );
  const { log, warnings } = testHost();
  const checked: string[] = [];
  const folders = [{ uri: pathToFileURL(folder).href, name: 'w' }];
  const manifests = new ClientManifests({
    connection: {
      workspace: { getWorkspaceFolders: () => Promise.resolve(folders) },
    } as unknown as Connection,
    documents: { keys: () => [...documents.keys()] },
    client: { answersFolders: true } as Client,
    log,
    snapshots: new Snapshots(
      (uri) => documents.get(uri),
      () => undefined,
    ),
    shortNames: { check: () => Promise.resolve(void checked.push('checked')), failure },
    context: contextOf,
  });
  return { manifests, warnings, checked };
}

async function imagesIn(manifests: ClientManifests) {
  const unread: string[] = [];
  const images: string[] = [];
  for await (const { snapshot } of manifests.everything(signal, (path) => unread.push(path)))
    images.push(...Array.from(imagesOf(snapshot.manifest), ({ source }) => source.image.value));
  return { images: images.sort(), unread };
}

describe('everything that may name an image', () => {
  it('is what is open as it is typed, and all files as they are saved', () =>
    withDirectory(async (root) => {
      await fs.writeFile(join(root, 'open.yaml'), podOf('image: saved:1'));
      await fs.writeFile(join(root, 'closed.yaml'), podOf('image: closed:1'));
      const { manifests, checked } = clientManifests(root, { 'open.yaml': podOf('image: typed:1') });
      assert.deepEqual(await imagesIn(manifests), {
        images: ['closed:1', 'saved:1', 'typed:1'],
        unread: [],
      });
      assert.deepEqual(checked, ['checked']);
      assert.deepEqual(await manifests.folders(), [pathToFileURL(root).href]);
    }));

  it('is told of where it cannot be read, and in the log', () =>
    withDirectory(async (root) => {
      const path = join(root, 'latin1.yaml');
      await fs.writeFile(path, Buffer.from('# \u{E9}', 'latin1'));
      const { manifests, warnings } = clientManifests(root, {});
      assert.deepEqual(await imagesIn(manifests), { images: [], unread: [path] });
      assert.match(warnings.join(), /latin1\.yaml is left out, because /);
    }));

  it('is not guessed at when nobody knows what short names stand for', () =>
    withDirectory(async (root) => {
      const { manifests } = clientManifests(root, {}, 'registries.conf is not TOML.');
      await assert.rejects(imagesIn(manifests), {
        code: 'E_CONFIG',
        message: 'registries.conf is not TOML.',
      });
    }));
});
