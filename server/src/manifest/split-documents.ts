import type { Span } from './manifest.ts';

/** A line that starts a document (`---`) or ends one (`...`), with the line break before it. */
const MARKER = /(?:^\uFEFF?|\n)(---|\.\.\.)(?=[ \t\r\n]|$)/g;

/**
 * Splits a YAML stream into its documents; together the spans cover the whole text. No parser is needed for that: a marker
 * at column 0 ends whatever is open, be it a block or a quoted scalar (YAML 1.2.2 §9.1.2, rule c-forbidden). Comments and
 * directives before a `---` belong to the document it starts.
 */
export function splitDocuments(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  let started = false;
  for (const match of text.matchAll(MARKER)) {
    const marker = match.index + match[0].length - 3;
    if (match[1] === '---') {
      if (started || !isPrefix(text, start, marker)) {
        spans.push({ start, end: marker });
        start = marker;
      }
      started = true;
    } else {
      const lineBreak = text.indexOf('\n', marker);
      const end = lineBreak === -1 ? text.length : lineBreak + 1;
      spans.push({ start, end });
      start = end;
      started = false;
    }
  }
  if (start < text.length || spans.length === 0) spans.push({ start, end: text.length });
  return spans;
}

/** Whether the lines hold only what may stand before a `---`: comments, directives, nothing (YAML 1.2.2 §9.1.1). */
function isPrefix(text: string, start: number, end: number): boolean {
  for (let line = start; line < end;) {
    const lineBreak = text.indexOf('\n', line);
    const next = lineBreak === -1 || lineBreak >= end ? end : lineBreak + 1;
    const content = text.slice(line, next).replace(/^\uFEFF/, '');
    if (!/^(?:%|\s*#|\s*$)/.test(content)) return false;
    line = next;
  }
  return true;
}
