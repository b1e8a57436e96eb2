import { formatPlatform } from '../platform.ts';
import { quote } from '../quote.ts';
import type { Rule } from './rule.ts';

/** Policy `Never` and nothing in the store. When the store cannot be read nobody knows, and nothing is claimed. */
export const neverButMissing: Rule = ({ source, status, platform }) => {
  if (status.kind !== 'image' || status.policy?.policy !== 'Never') return [];
  if (status.stored.kind === 'unknown' || status.stored.record !== undefined) return [];
  const message =
    `The pull policy is Never, but right now the store has no ${quote(source.image.value)} for ${formatPlatform(platform)}, ` +
    `so the pod would not start: fetch the image, or choose another policy.`;
  return [{ rule: 'never-but-missing', span: source.image.span, message }];
};
