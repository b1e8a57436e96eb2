import { age } from '../age.ts';
import { quote } from '../quote.ts';
import type { Rule } from './rule.ts';

/** The store's copy has outlived the freshness its server gave it (RFC 9111 §4.2). */
export const staleImage: Rule = ({ source, status, now }) => {
  if (status.kind !== 'image' || status.stored.kind === 'unknown') return [];
  const { state, since, checkedAt, why } = status.stored.freshness;
  if (state !== 'stale') return [];
  const sinceWhen = since === null ? '' : ` (it ended ${age(since, now)})`;
  const asked = checkedAt === null ? '' : `; the server was last asked ${age(checkedAt, now)}`;
  const message = `The store's copy of ${quote(source.image.value)} is stale: ${why}${sinceWhen}${asked}.`;
  return [{ rule: 'stale-image', span: source.image.span, message }];
};
