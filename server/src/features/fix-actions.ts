import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction } from 'vscode-languageserver';
import type { Finding } from '../domain/rules/index.ts';
import { toDiagnostic } from './diagnostics.ts';
import { rangeOf } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** Quick fixes for what has one certain replacement; equal ones in the range are made together. */
export function fixActions(
  snapshot: Snapshot,
  found: readonly Finding[],
  context: FeatureContext,
): CodeAction[] {
  const groups = new Map<string, { newText: string; fixed: Finding[] }>();
  for (const finding of found) {
    if (finding.replacement === undefined) continue;
    const key = `${finding.rule} ${finding.replacement}`;
    const group = groups.get(key) ?? { newText: finding.replacement, fixed: [] };
    group.fixed.push(finding);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ newText, fixed }) => ({
    title: `Change to ${newText}`,
    kind: CodeActionKind.QuickFix,
    isPreferred: true,
    diagnostics: fixed.map((finding) => toDiagnostic(finding, snapshot, context)),
    edit: {
      changes: {
        [snapshot.document.uri]: fixed.map(({ span }) => ({ range: rangeOf(snapshot, span), newText })),
      },
    },
  }));
}
