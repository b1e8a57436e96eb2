import { TextDocument } from 'vscode-languageserver-textdocument';
import { snapshotOf } from '../../server/src/features/snapshot.ts';
import { jsonFormat } from '../../server/src/manifest/format.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';
import type { Marked } from './editor.ts';
import { dockerRecord } from './records.ts';
import { storeOf } from './store-view.ts';

/** Opens an image policy in which `‸` marks the cursor. */
export function openPolicy(marked: string, uri = 'file:///etc/containers/policy.json'): Marked {
  const [before = '', after = ''] = marked.split('‸');
  const document = TextDocument.create(uri, 'json', 1, before + after);
  const position = document.positionAt(before.length);
  const manifest = readManifest(document.getText(), jsonFormat(uri));
  return { snapshot: snapshotOf(document, manifest), position, range: { start: position, end: position } };
}

/** A store that holds these images: `docker.io/library/nginx:1.27`. */
export function storeWith(...references: readonly string[]): ReturnType<typeof storeOf> {
  const canonical = references.map(
    (name) => `docker://${name.replace(/^docker\.io/, 'registry-1.docker.io')}`,
  );
  return storeOf(Object.fromEntries(canonical.map((url) => [url, dockerRecord()])));
}
