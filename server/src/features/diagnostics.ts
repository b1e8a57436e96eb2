import { DiagnosticSeverity, DiagnosticTag } from 'vscode-languageserver';
import type { Diagnostic } from 'vscode-languageserver';
import { findings } from '../domain/rules/index.ts';
import type { Finding } from '../domain/rules/index.ts';
import type { Span } from '../manifest/manifest.ts';
import { rangeOf } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

const SEVERITY = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  information: DiagnosticSeverity.Information,
  hint: DiagnosticSeverity.Hint,
} as const satisfies Record<Finding['severity'], DiagnosticSeverity>;

/** All diagnostics of a document. */
export function diagnostics(snapshot: Snapshot, context: FeatureContext): Diagnostic[] {
  return findingsOf(snapshot, context).map((finding) => toDiagnostic(finding, snapshot, context));
}

/**
 * What the rules find in a snapshot.
 * @param within only images that touch this span; absent: all
 */
export function findingsOf(snapshot: Snapshot, context: FeatureContext, within?: Span): readonly Finding[] {
  const { document, manifest, parse } = snapshot;
  const { severity } = context.settings;
  const text = document.getText();
  const prepared = context.remarks?.(document.uri, text) ?? [];
  return findings(manifest, text, { ...context, severity, parse, prepared }, within);
}

export function toDiagnostic(finding: Finding, snapshot: Snapshot, { docsBase }: FeatureContext): Diagnostic {
  const { rule, span, message, severity } = finding;
  return {
    range: rangeOf(snapshot, span),
    message,
    severity: SEVERITY[severity],
    code: rule,
    codeDescription: { href: `${docsBase}/rules/${rule}.md` },
    source: 'larder',
    // An editor fades what has no effect.
    ...(rule === 'misspelled-key' && { tags: [DiagnosticTag.Unnecessary] }),
  };
}
