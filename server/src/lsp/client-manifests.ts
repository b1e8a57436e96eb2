import type { Connection, TextDocuments, WorkspaceEdit } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import type { EditWords, ManifestFile, Manifests, OnUnread } from '../commands/manifests.ts';
import { LarderError } from '../domain/errors.ts';
import type { Log } from '../engine/host.ts';
import type { FeatureContext } from '../features/snapshot.ts';
import type { Client } from './client.ts';
import type { ShortNamesWatch } from './short-names.ts';
import type { Snapshots } from './snapshots.ts';
import { readFileAt, workspaceManifests } from './workspace-manifests.ts';

export interface ClientManifestsParts {
  readonly connection: Connection;
  readonly documents: Pick<TextDocuments<TextDocument>, 'keys'>;
  readonly client: Client;
  readonly log: Log;
  readonly snapshots: Pick<Snapshots, 'of' | 'parse'>;
  readonly shortNames: Pick<ShortNamesWatch, 'check' | 'failure'>;
  /** What features know beside the document, as it is now. */
  readonly context: () => FeatureContext;
}

/** The manifests that a client has open or in its folders. */
export class ClientManifests implements Manifests {
  readonly #parts: ClientManifestsParts;

  constructor(parts: ClientManifestsParts) {
    this.#parts = parts;
  }

  context(): FeatureContext {
    return this.#parts.context();
  }

  open(uri: string): ManifestFile | undefined {
    const snapshot = this.#parts.snapshots.of(uri);
    return snapshot && { snapshot, version: snapshot.document.version };
  }

  async *workspace(signal: AbortSignal): AsyncGenerator<ManifestFile> {
    const { documents, snapshots } = this.#parts;
    const { parse } = snapshots;
    const open = { uris: documents.keys(), of: (uri: string) => this.open(uri), parse };
    yield* workspaceManifests(open, await this.folders(), signal, this.#warn);
  }

  /** Those that are open, as they are in the editor, those without images too. */
  *opened(): Generator<ManifestFile> {
    for (const uri of this.#parts.documents.keys()) {
      const file = this.open(uri);
      if (file !== undefined) yield file;
    }
  }

  /**
   * Those in the client's folders, as they are saved.
   * @throws LarderError E_CANCELLED
   */
  async *saved(signal: AbortSignal, onUnread: OnUnread = this.#warn): AsyncGenerator<ManifestFile> {
    const { snapshots } = this.#parts;
    const nothing = { uris: [], of: () => undefined, parse: snapshots.parse };
    yield* workspaceManifests(nothing, await this.folders(), signal, onUnread);
  }

  async *everything(signal: AbortSignal, onUnread: OnUnread): AsyncGenerator<ManifestFile> {
    const { shortNames } = this.#parts;
    await shortNames.check();
    if (shortNames.failure !== null) throw new LarderError('E_CONFIG', shortNames.failure);
    yield* this.opened();
    yield* this.saved(signal, (path, why) => {
      this.#warn(path, why);
      onUnread(path, why);
    });
  }

  /** One of them; undefined when it is gone, or has become something else. */
  async savedAt(path: string): Promise<ManifestFile | undefined> {
    const { snapshots, log } = this.#parts;
    return readFileAt(path, snapshots.parse, (at, why) => log.debug(`${at} is left out, because ${why}.`));
  }

  async apply(edit: WorkspaceEdit, { label, isRefactoring }: EditWords): Promise<boolean> {
    const { connection, log } = this.#parts;
    const params = { label, edit, metadata: { isRefactoring } };
    const { applied, failureReason } = await connection.workspace.applyEdit(params);
    if (!applied)
      log.info(`The editor did not make the edit "${label}": ${failureReason ?? 'no reason given'}.`);
    return applied;
  }

  async folders(): Promise<readonly string[]> {
    const { connection, client } = this.#parts;
    if (!client.answersFolders) return client.folders;
    return ((await connection.workspace.getWorkspaceFolders()) ?? []).map(({ uri }) => uri);
  }

  readonly #warn: OnUnread = (path, why) => this.#parts.log.warn(`${path} is left out, because ${why}.`);
}
