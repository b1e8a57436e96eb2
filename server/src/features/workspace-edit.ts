import type { ChangeAnnotation, TextDocumentEdit, TextEdit, WorkspaceEdit } from 'vscode-languageserver';
import type { EditorPowers } from './snapshot.ts';

/** The edits of one document. */
export interface DocumentEdits {
  readonly uri: string;
  /** The version that they are for; null for a file that no editor has open. */
  readonly version: number | null;
  readonly edits: readonly TextEdit[];
}

const ANNOTATION = 'larder';

/**
 * One edit of many documents, in the form that a client takes. One that knows versions makes it only to those; one that can show edits
 * asks a person first.
 * @param label what it does, when a person is to confirm it; undefined when nobody is
 */
export function workspaceEdit(
  documents: readonly DocumentEdits[],
  label: string | undefined,
  { documentChanges = false, changeAnnotations = false }: EditorPowers,
): WorkspaceEdit {
  if (!documentChanges) {
    return { changes: Object.fromEntries(documents.map(({ uri, edits }) => [uri, [...edits]])) };
  }
  const asks = changeAnnotations && label !== undefined;
  const edited = documents.map(({ uri, version, edits }): TextDocumentEdit => ({
    textDocument: { uri, version },
    edits: edits.map((edit) => (asks ? { ...edit, annotationId: ANNOTATION } : edit)),
  }));
  if (!asks) return { documentChanges: edited };
  const annotation: ChangeAnnotation = { label, needsConfirmation: true };
  return { documentChanges: edited, changeAnnotations: { [ANNOTATION]: annotation } };
}
