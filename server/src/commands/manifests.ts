import type { WorkspaceEdit } from 'vscode-languageserver';
import type { FeatureContext, Snapshot } from '../features/snapshot.ts';

/** A manifest, and the version of its document; null when no editor has it open. */
export interface ManifestFile {
  readonly snapshot: Snapshot;
  readonly version: number | null;
}

export interface EditWords {
  /** What the edit is called where it can be undone. */
  readonly label: string;
  /** It reaches files that are not open, which the client then saves, if it is set up so. */
  readonly isRefactoring: boolean;
}

/** Told of what could not be read, and why as it reads after "because". */
export type OnUnread = (path: string, why: string) => void;

/** The manifests of a client, and the way to edit them. */
export interface Manifests {
  /** What features know beside a document, as it is now. */
  context(): FeatureContext;
  /** Undefined when the document is not open. */
  open(uri: string): ManifestFile | undefined;
  /**
   * Those that are open, as they are in the editor, and those in the client's folders.
   * @throws LarderError E_CANCELLED
   */
  workspace(signal: AbortSignal): AsyncIterable<ManifestFile>;
  /**
   * All that may name an image: those that are open, as they are in the editor, and those in the client's folders, as they are saved,
   * the open ones too.
   * @throws LarderError E_CANCELLED; E_CONFIG when nobody knows what short names stand for
   */
  everything(signal: AbortSignal, onUnread: OnUnread): AsyncIterable<ManifestFile>;
  /** URIs of the client's folders. */
  folders(): Promise<readonly string[]>;
  /** Has the client make an edit; whether it did. */
  apply(edit: WorkspaceEdit, words: EditWords): Promise<boolean>;
}
