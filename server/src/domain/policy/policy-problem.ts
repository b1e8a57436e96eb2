import type { Node } from 'jsonc-parser';
import type { Span } from '../../manifest/manifest.ts';

/** Why a policy file is refused. */
export interface PolicyProblem {
  /** UTF-16 offsets into the file's text; a quoted text without its quotes. */
  readonly span: Span;
  /** One sentence for the user. */
  readonly message: string;
}

/** @param message one sentence */
export type Report = (at: Node, message: string) => void;

/** The place of a value that people look at: a text without its quotes, and of an object or a list the bracket alone. */
export function placeOf({ type, offset, length }: Node): Span {
  if (type === 'object' || type === 'array') return { start: offset, end: offset + 1 };
  const quotes = type === 'string' && length > 2 ? 1 : 0;
  return { start: offset + quotes, end: offset + length - quotes };
}
