import type { CompletionItem, Position } from 'vscode-languageserver';
import { policyCompletions } from './policy-completion.ts';
import { cursorAt } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** What can stand at a position: keys and values of an image policy. In any other document there is nothing: null. */
export function completions(
  snapshot: Snapshot,
  position: Position,
  context: FeatureContext,
): CompletionItem[] | null {
  const policy = snapshot.manifest.documents[0]?.policy;
  return policy === undefined
    ? null
    : policyCompletions(snapshot, policy, cursorAt(snapshot, position).start, context);
}
