import type { Node } from 'jsonc-parser';
import type { ManifestProblem, Span } from '../manifest.ts';

/** What judging a manifest needs at every step. */
export interface Context {
  readonly text: string;
  /** @param message a whole sentence */
  readonly report: (rule: ManifestProblem['rule'], at: Node, message: string) => void;
}

/** Collects problems. */
export function collector(text: string): { context: Context; problems: ManifestProblem[] } {
  const problems: ManifestProblem[] = [];
  const report: Context['report'] = (rule, at, message) =>
    void problems.push({ rule, span: placeOf(at, text), message });
  return { context: { text, report }, problems };
}

/** The place of a value that people look at: a text without its quotes, and of an object or a list the bracket alone. */
function placeOf({ type, offset, length }: Node, text: string): Span {
  if (type === 'object' || type === 'array') return { start: offset, end: offset + 1 };
  const isQuoted = type === 'string' && length > 2 && text[offset] === '"';
  return isQuoted ? { start: offset + 1, end: offset + length - 1 } : { start: offset, end: offset + length };
}
