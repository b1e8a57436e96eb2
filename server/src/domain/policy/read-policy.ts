import { parseStrictJson } from '../strict-json.ts';
import type { StrictJson } from '../strict-json.ts';
import { buildPolicy } from './build-policy.ts';
import type { WrittenPolicy } from './build-policy.ts';
import { judgePolicy } from './judge-policy.ts';
import type { Policy } from './policy.ts';
import { placeOf } from './policy-problem.ts';
import type { PolicyProblem } from './policy-problem.ts';

export type { PolicyProblem } from './policy-problem.ts';

/**
 * Reads the text of a policy file, as strictly as containers/image does (signature/policy_config.go): any mistake makes the
 * whole file invalid. Never throws.
 * @returns the policy, undefined exactly when there are problems; the problems in the order of the text
 */
export function readPolicy(text: string): {
  policy: Policy | undefined;
  problems: readonly PolicyProblem[];
} {
  const problems = judgePolicyText(parseStrictJson(text));
  if (problems.length > 0) return { policy: undefined, problems };
  // Not from the tree, which has no own property for the key "__proto__".
  return { policy: buildPolicy(JSON.parse(text) as WrittenPolicy), problems };
}

/** What is wrong with the text of a policy file, in the order of the text. */
export function judgePolicyText({ root, error }: StrictJson): readonly PolicyProblem[] {
  if (error !== undefined || root === undefined) {
    const { start, end, words } = error ?? { start: 0, end: 0, words: 'value expected' };
    const message = `The policy must be plain JSON, without comments or trailing commas: ${words}.`;
    return [{ span: { start, end }, message }];
  }
  const problems: PolicyProblem[] = [];
  judgePolicy(root, (at, message) => void problems.push({ span: placeOf(at), message }));
  return problems.sort((a, b) => a.span.start - b.span.start);
}
