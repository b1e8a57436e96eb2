import type { TextDocument } from 'vscode-languageserver-textdocument';
import { rememberingParser } from '../domain/image-status.ts';
import type { ParseImage } from '../domain/image-status.ts';
import type { ShortNames } from '../domain/short-names.ts';
import { snapshotOf } from '../features/snapshot.ts';
import type { Snapshot } from '../features/snapshot.ts';
import { DocumentCache } from '../manifest/document-cache.ts';
import { formatOf } from '../manifest/format.ts';

/** The open documents as manifests: each version is read once, when something is first asked about it. */
export class Snapshots {
  /** Reads the images of all of them, by the short names that there are now. */
  readonly parse: ParseImage;
  readonly #cache = new DocumentCache();
  readonly #snapshots = new Map<string, Snapshot>();
  readonly #get: (uri: string) => TextDocument | undefined;

  /**
   * @param get the open document of a URI
   * @param shortNames what short names stand for now, as in {@link rememberingParser}
   */
  constructor(get: (uri: string) => TextDocument | undefined, shortNames: () => ShortNames | undefined) {
    this.#get = get;
    this.parse = rememberingParser(shortNames);
  }

  /** Undefined when the document is not open (any more). */
  of(uri: string): Snapshot | undefined {
    const document = this.#get(uri);
    if (document === undefined) return undefined;
    // For a text that has not changed the cache answers the same manifest. Versions are not relied on: clients invent them.
    const manifest = this.#cache.read(uri, document.getText(), formatOf(document));
    const known = this.#snapshots.get(uri);
    if (known?.document === document && known.manifest === manifest) return known;
    const snapshot = snapshotOf(document, manifest, this.parse);
    this.#snapshots.set(uri, snapshot);
    return snapshot;
  }

  /** Drops a closed document. */
  forget(uri: string): void {
    this.#cache.forget(uri);
    this.#snapshots.delete(uri);
  }
}
