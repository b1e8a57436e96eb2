import { TextDocument } from 'vscode-languageserver-textdocument';
import type { CodeAction, Position, Range, TextEdit } from 'vscode-languageserver';
import { snapshotOf } from '../../server/src/features/snapshot.ts';
import type { FeatureContext, Snapshot } from '../../server/src/features/snapshot.ts';
import { readManifest } from '../../server/src/manifest/read-manifest.ts';
import { parseSettings } from '../../server/src/settings/settings.ts';
import { NOW } from './records.ts';
import { storeOf } from './store-view.ts';

export interface Marked {
  readonly snapshot: Snapshot;
  /** Where the (first) caret stood. */
  readonly position: Position;
  /** From the first caret to the last; empty with one caret. */
  readonly range: Range;
}

/** Opens a text in which `‸` marks the cursor, or two of them a selection. */
export function open(marked: string, languageId = 'yaml'): Marked {
  const parts = marked.split('‸');
  const text = parts.join('');
  const format = languageId === 'yaml' ? 'yaml' : 'json';
  const document = TextDocument.create(`file:///pod.${format}`, languageId, 1, text);
  const start = document.positionAt(parts[0]?.length ?? 0);
  const end = document.positionAt(text.length - (parts.length > 1 ? (parts.at(-1)?.length ?? 0) : 0));
  return {
    snapshot: snapshotOf(document, readManifest(text, format)),
    position: start,
    range: { start, end },
  };
}

/** A context with an empty store on linux/amd64, and settings as a client would send them. */
export function contextOf(
  given: Partial<Omit<FeatureContext, 'settings'>> & { settings?: unknown } = {},
): FeatureContext {
  return {
    store: storeOf({}),
    platform: { os: 'linux', architecture: 'amd64' },
    now: NOW,
    docsBase: 'https://docs.example',
    client: {},
    ...given,
    settings: parseSettings(given.settings),
  };
}

/** A pod of containers, each given as the lines of its map. */
export function podOf(...containers: readonly string[]): string {
  const items = containers.map((lines) => `    - name: c\n${lines.replace(/^/gm, '      ')}\n`);
  return `apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\nspec:\n  containers:\n${items.join('')}`;
}

/** The text after an action's edits. */
export function applied({ document }: Snapshot, action: CodeAction): string {
  const edits: TextEdit[] = action.edit?.changes?.[document.uri] ?? [];
  return TextDocument.applyEdits(document, edits);
}
