import type { Manifest, ManifestImage, ManifestProblem, Span } from '../../manifest/manifest.ts';
import type { RuleCode, Settings, Severity } from '../../settings/settings.ts';
import { rememberingParser, statusReader } from '../image-status.ts';
import type { ParseImage, Surroundings } from '../image-status.ts';
import { imagesOf, touches } from '../images-of.ts';
import { invalidReference } from './invalid-reference.ts';
import { misspelledKey } from './misspelled-key.ts';
import { movedTag } from './moved-tag.ts';
import { neverButMissing } from './never-but-missing.ts';
import type { Finding as RuleFinding, Rule } from './rule.ts';
import { silencer } from './silence.ts';
import { staleImage } from './stale-image.ts';
import { unknownPullPolicy } from './unknown-pull-policy.ts';

/** The rules that judge images; a document's own problems are found as it is read. */
const IMAGE_RULES: Readonly<Record<Exclude<RuleCode, ManifestProblem['rule']>, Rule>> = {
  'invalid-reference': invalidReference,
  'unknown-pull-policy': unknownPullPolicy,
  'misspelled-key': misspelledKey,
  'never-but-missing': neverButMissing,
  'stale-image': staleImage,
  'moved-tag': movedTag,
};

/** What a rule found, with the severity it is to be shown with. */
export interface Finding extends RuleFinding {
  readonly severity: Exclude<Severity, 'off'>;
}

export interface FindingsContext extends Surroundings {
  readonly severity: Settings['severity'];
  /** The parser of this text's snapshot, where one is kept. */
  readonly parse?: ParseImage;
  /** What was left out when this very text was prepared; absent: it was not. */
  readonly prepared?: readonly ManifestProblem[];
}

/**
 * Runs all rules over a manifest: what the editor shows as diagnostics and `larder check` prints.
 * @param text the text that the manifest was read from, whose comments may silence rules
 * @param within only images that touch this span are judged; absent: all
 * @returns in the order of the text, without what comments and severities silence
 */
export function findings(
  manifest: Manifest,
  text: string,
  context: FindingsContext,
  within?: Span,
): readonly Finding[] {
  const { platform, now, severity } = context;
  const statusOf = statusReader(context, context.parse ?? rememberingParser());
  const isSilenced = silencer(text);
  const active = activeRules(severity);
  const all = [...manifest.documents.flatMap((document) => document.problems), ...(context.prepared ?? [])];
  const problems = problemsOf(all, severity, within).filter((finding) => !isSilenced(finding));
  const found = [...problems];
  for (const { source } of imagesOf(manifest, within)) {
    const input = { source, status: statusOf(source), platform, now };
    const isRefused = problems.some((problem) => isWithin(problem, source));
    for (const { rule, severity } of active) {
      // What is wrong with a part of an image's name is told at that part.
      if (rule === invalidReference && isRefused) continue;
      for (const finding of rule(input)) if (!isSilenced(finding)) found.push({ ...finding, severity });
    }
  }
  found.sort(inOrder);
  // One place may be reached twice, through an anchor and its alias.
  return found.filter((finding, i) => {
    const before = found[i - 1];
    return before === undefined || inOrder(before, finding) !== 0;
  });
}

function problemsOf(
  problems: readonly ManifestProblem[],
  severities: Settings['severity'],
  within?: Span,
): Finding[] {
  return problems.flatMap((problem) => {
    const severity = severities[problem.rule];
    if (severity === 'off' || (within !== undefined && !touches(problem.span, within))) return [];
    return [{ ...problem, severity }];
  });
}

function isWithin({ rule, span }: Finding, { object }: ManifestImage): boolean {
  return (
    rule === 'appc-schema' && object !== undefined && object.start <= span.start && span.end <= object.end
  );
}

/** The order of the text; for one place some fixed order, in which equal findings are neighbours. */
function inOrder(a: Finding, b: Finding): number {
  return a.span.start - b.span.start || compare(a.rule, b.rule) || compare(a.message, b.message);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function activeRules(severities: Settings['severity']): { rule: Rule; severity: Finding['severity'] }[] {
  return (Object.keys(IMAGE_RULES) as (keyof typeof IMAGE_RULES)[]).flatMap((code) => {
    const severity = severities[code];
    return severity === 'off' ? [] : [{ rule: IMAGE_RULES[code], severity }];
  });
}
