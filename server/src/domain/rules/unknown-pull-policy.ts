import { distance } from 'fastest-levenshtein';
import { isUnresolved } from '../../manifest/templates.ts';
import { PULL_POLICIES, isPullPolicy } from '../pull-policy.ts';
import type { PullPolicy } from '../pull-policy.ts';
import { quote } from '../quote.ts';
import type { Rule } from './rule.ts';

/** A policy that the API server rejects; it compares exactly, and takes the empty text for an absent one. */
export const unknownPullPolicy: Rule = ({ source: { pullPolicy } }) => {
  if (pullPolicy === undefined) return [];
  const { value, span } = pullPolicy;
  if (value === '' || isPullPolicy(value) || isUnresolved(value)) return [];
  const meant = closest(value);
  const advice =
    meant === undefined
      ? `write ${PULL_POLICIES.join(', ').replace(/, (?=\w+$)/, ' or ')}`
      : `did you mean ${meant}?`;
  const message = `Kubernetes has no pull policy ${quote(value)} and rejects it; ${advice}`;
  return [
    {
      rule: 'unknown-pull-policy',
      span,
      message: meant === undefined ? `${message}.` : message,
      ...(meant !== undefined && { replacement: meant }),
    },
  ];
};

/** The policy within a third of its length of what was written, whatever the case. */
function closest(written: string): PullPolicy | undefined {
  // The distance takes time by the product of the lengths, and nothing this long is close to any policy.
  if (written.length > 40) return undefined;
  const near = PULL_POLICIES.map((policy) => ({
    policy,
    far: distance(written.trim().toLowerCase(), policy.toLowerCase()) / policy.length,
  }));
  const [nearest] = near.toSorted((a, b) => a.far - b.far);
  return nearest !== undefined && nearest.far <= 1 / 3 ? nearest.policy : undefined;
}
