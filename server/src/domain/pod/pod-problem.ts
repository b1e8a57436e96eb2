import type { Span } from '../../manifest/manifest.ts';

/** Why a pod cannot be prepared. */
export interface PodProblem {
  /** One sentence for the user: what is wrong, where, and what to do. */
  readonly message: string;
  /** Where in the file, when it is about a place of it. */
  readonly span?: Span;
}

/** One sentence for some problems: the first one, and how many more there are. */
export function problemSentence(problems: readonly PodProblem[]): string {
  const [first, ...others] = problems;
  const message = first?.message ?? '';
  if (others.length === 0) return message;
  const more = others.length === 1 ? 'there is one more problem' : `there are ${others.length} more problems`;
  return `${message.replace(/\.$/, '')}; ${more}.`;
}
