import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction, TextEdit } from 'vscode-languageserver';
import { imagesOf } from '../domain/images-of.ts';
import { statusReader } from '../domain/image-status.ts';
import { quote } from '../domain/quote.ts';
import type { Span } from '../manifest/manifest.ts';
import { setId } from './image-id.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** Kind of the actions that write something else that is as valid. */
export const REWRITE_KIND = CodeActionKind.RefactorRewrite;

/** Writes the ID that the store has for the images of apps in a span: then nothing else can run under their names. */
export function idActions(snapshot: Snapshot, span: Span, context: FeatureContext): CodeAction[] {
  const { document, manifest, parse } = snapshot;
  if (document.languageId !== 'json' && document.languageId !== 'jsonc') return [];
  const statusOf = statusReader(context, parse);
  const edits: TextEdit[] = [];
  const names: string[] = [];
  for (const { source } of imagesOf(manifest, span)) {
    const status = source.object === undefined ? undefined : statusOf(source);
    if (source.object === undefined || status?.kind !== 'image' || status.stored.kind === 'unknown') continue;
    const imageId = status.stored.record?.image.imageId;
    const edit = imageId === undefined ? undefined : setId(snapshot, source.object, imageId);
    if (edit === undefined) continue;
    edits.push(edit);
    names.push(quote(source.image.value));
  }
  if (edits.length === 0) return [];
  const what = names.length === 1 ? `"id" of ${names.join()}` : `"id" of ${names.length} images`;
  const title = `Set ${what} from the store`;
  return [{ title, kind: REWRITE_KIND, edit: { changes: { [document.uri]: edits } } }];
}
