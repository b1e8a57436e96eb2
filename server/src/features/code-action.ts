import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction, CodeActionContext, Range } from 'vscode-languageserver';
import { touches } from '../domain/images-of.ts';
import { findingsOf } from './diagnostics.ts';
import { FETCH_KIND, fetchActions, PREPARE_KIND } from './fetch-actions.ts';
import { fixActions } from './fix-actions.ts';
import { REWRITE_KIND, idActions } from './id-actions.ts';
import { pinActions } from './pin-actions.ts';
import { silenceActions } from './silence-actions.ts';
import { spanOf } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** The kinds of action that there are, for the server's capabilities. */
export const CODE_ACTION_KINDS = [CodeActionKind.QuickFix, REWRITE_KIND, FETCH_KIND, PREPARE_KIND];

/** Everything that can be done about the images in a range: repair, fetch, set the ID, pin, silence. Only that range is looked at. */
export function codeActions(
  snapshot: Snapshot,
  range: Range,
  { only }: Pick<CodeActionContext, 'only'>,
  context: FeatureContext,
): CodeAction[] {
  const span = spanOf(snapshot, range);
  const found = findingsOf(snapshot, context, span);
  const here = found.filter((finding) => touches(finding.span, span));
  const actions = [
    ...fixActions(snapshot, here, context),
    ...fetchActions(snapshot, span, found, context),
    ...idActions(snapshot, span, context),
    ...pinActions(snapshot, span, context),
    ...silenceActions(snapshot, here, context),
  ];
  return only === undefined
    ? actions
    : actions.filter(({ kind = '' }) => only.some((asked) => isWithin(kind, asked)));
}

/** Kinds are a hierarchy: who asks for `larder` gets `larder.fetch`, and who asks for the empty kind gets all. */
function isWithin(kind: string, asked: string): boolean {
  return asked === '' || kind === asked || kind.startsWith(`${asked}.`);
}
