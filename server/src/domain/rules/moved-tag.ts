import { age } from '../age.ts';
import { quote } from '../quote.ts';
import type { Rule } from './rule.ts';

/** The registry answered another digest for the tag than the store's copy has. */
export const movedTag: Rule = ({ source, status, now }) => {
  if (status.kind !== 'image' || status.stored.kind === 'unknown') return [];
  const { freshness, record } = status.stored;
  const docker = record?.remote?.docker;
  if (freshness.state !== 'moved' || !docker) return [];
  const when = freshness.checkedAt === null ? 'when it was last asked' : age(freshness.checkedAt, now);
  const message =
    `The tag of ${quote(source.image.value)} has moved: ${when} the registry answered ${short(docker.movedTo)}, ` +
    `and the store has ${short(docker.digest)}.`;
  return [{ rule: 'moved-tag', span: source.image.span, message }];
};

/** A digest with as many hex digits as people compare. */
function short(digest: string | null): string {
  return digest === null ? 'another digest' : quote(digest.slice(0, 'sha256:'.length + 12)).slice(1, -1);
}
