import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { ManifestFile, OnUnread } from '../commands/manifests.ts';
import { LarderError } from '../domain/errors.ts';
import type { ParseImage } from '../domain/image-status.ts';
import { snapshotOf } from '../features/snapshot.ts';
import { jsonFormat } from '../manifest/format.ts';
import type { ManifestFormat } from '../manifest/format.ts';
import type { Manifest, ManifestDocument } from '../manifest/manifest.ts';
import { readDocument } from '../manifest/read-document.ts';
import { documentSpans, placeDocument } from '../manifest/read-manifest.ts';
import { manifestPaths } from './workspace-files.ts';

/** Larger than any object that a Kubernetes cluster takes (etcd's limit is 1.5 MiB). Bytes. */
const MAX_SIZE = 2 << 20;

export interface OpenManifests {
  /** URIs of the open documents. */
  readonly uris: readonly string[];
  of(uri: string): ManifestFile | undefined;
  /** Reads their images; those of the files are read in the same way. */
  readonly parse: ParseImage;
}

/**
 * Every manifest with images of a client: the open documents as they are in the editor, then the files of its folders. One file at a
 * time is in memory, and other answers come between them.
 * @param folders URIs
 * @throws LarderError E_CANCELLED
 */
export async function* workspaceManifests(
  open: OpenManifests,
  folders: readonly string[],
  signal: AbortSignal,
  onUnread: OnUnread,
): AsyncGenerator<ManifestFile> {
  const seen = new Set<string>();
  for (const uri of open.uris) {
    seen.add(pathOf(uri) ?? uri);
    const file = open.of(uri);
    if (file !== undefined && hasImages(file)) yield file;
  }
  for (const folder of folders) {
    const root = pathOf(folder);
    if (root === undefined) {
      onUnread(folder, 'it is no directory of this machine');
      continue;
    }
    for await (const path of manifestPaths(root, signal, onUnread)) {
      if (seen.has(path)) continue;
      seen.add(path);
      const file = await readFileAt(path, open.parse, onUnread);
      if (file !== undefined && hasImages(file)) yield file;
    }
  }
  if (signal.aborted) throw new LarderError('E_CANCELLED', 'The search for manifests was cancelled.');
}

function hasImages({ snapshot }: ManifestFile): boolean {
  return snapshot.manifest.documents.some(({ pods }) => pods.some(({ images }) => images.length > 0));
}

/** Undefined for what is no file. A client may write the URI of a file otherwise than Node does. */
export function pathOf(uri: string): string | undefined {
  try {
    return fileURLToPath(uri);
  } catch {
    // `untitled:`, or a file of another machine.
    return undefined;
  }
}

/** Reads one manifest; undefined for what is no text, or too much. */
export async function readFileAt(
  path: string,
  parse: ParseImage,
  onUnread: OnUnread,
): Promise<ManifestFile | undefined> {
  try {
    if ((await stat(path)).size > MAX_SIZE) {
      onUnread(path, `it is larger than ${MAX_SIZE >> 20} MiB`);
      return undefined;
    }
    // Without a byte order mark, as an editor has it.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
    const isJson = extname(path).toLowerCase() === '.json';
    const document = TextDocument.create(pathToFileURL(path).href, isJson ? 'json' : 'yaml', 0, text);
    const manifest = await readInParts(text, isJson ? jsonFormat(path) : 'yaml');
    return { snapshot: snapshotOf(document, manifest, parse), version: null };
  } catch (error) {
    // It is gone by now, not allowed to be read, or in another encoding, whose characters an edit would miss.
    onUnread(path, error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/** As readManifest, and someone who types at the same time waits for one document at most. */
async function readInParts(text: string, format: ManifestFormat): Promise<Manifest> {
  const documents: ManifestDocument[] = [];
  for (const span of documentSpans(text, format)) {
    documents.push(placeDocument(readDocument(text.slice(span.start, span.end), format), span));
    await setImmediate();
  }
  return { documents };
}
