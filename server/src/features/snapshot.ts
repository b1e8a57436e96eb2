import type { Position, Range } from 'vscode-languageserver';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { rememberingParser } from '../domain/image-status.ts';
import type { ParseImage, Surroundings } from '../domain/image-status.ts';
import type { Manifest, ManifestProblem, Span } from '../manifest/manifest.ts';
import type { ClientPowers } from '../protocol.ts';
import type { Settings } from '../settings/settings.ts';

/** One version of a document and what was read from it. */
export interface Snapshot {
  readonly document: TextDocument;
  readonly manifest: Manifest;
  readonly parse: ParseImage;
}

/** @param parse shared by many snapshots, it parses each image text once for all of them */
export function snapshotOf(
  document: TextDocument,
  manifest: Manifest,
  parse: ParseImage = rememberingParser(),
): Snapshot {
  return { document, manifest, parse };
}

/** What the client can do, by its own options and by its LSP capabilities. */
export interface EditorPowers extends ClientPowers {
  /** It takes completions with places to fill in. */
  readonly snippets?: boolean;
  /** It makes edits that the server sends by itself. */
  readonly appliesEdits?: boolean;
  /** Edits may name the version of the document that they are for. */
  readonly documentChanges?: boolean;
  /** It can show edits and ask before it makes them. */
  readonly changeAnnotations?: boolean;
}

/** What a feature knows beside the document; built anew for each answer. */
export interface FeatureContext extends Surroundings {
  readonly settings: Settings;
  /** URL of the documentation's directory, without a slash at its end. */
  readonly docsBase: string;
  readonly client: EditorPowers;
  /** What was left out when this text of a document was prepared. */
  readonly remarks?: (uri: string, text: string) => readonly ManifestProblem[];
}

export function rangeOf({ document }: Snapshot, { start, end }: Span): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

export function spanOf({ document }: Snapshot, { start, end }: Range): Span {
  return { start: document.offsetAt(start), end: document.offsetAt(end) };
}

/** The empty span at a position: where the cursor is. */
export function cursorAt({ document }: Snapshot, position: Position): Span {
  const offset = document.offsetAt(position);
  return { start: offset, end: offset };
}
