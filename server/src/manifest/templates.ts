/** A Go template action, also over several lines; quoted text inside may hold braces. An unfinished one ends with its line. */
const ACTION = /\{\{(?:"(?:[^"\\\n]|\\.)*"|`[^`]*`|[^"`{}]|\{(?!\{)|\}(?!\}))*?\}\}|\{\{[^\n]*/g;

/** Text whose final form only the tool that expands it knows. */
const UNRESOLVED = /\{\{|\$\(|\$\{/;

/** Stands for a character of an action between the two passes; YAML does not allow it (YAML 1.2.2 §5.1). */
const MASK = '\uFFFF';
const ONLY_ACTIONS = /^[\s\uFFFF]*(?:#[^]*)?$/;

/** Whether a value holds `{{ … }}`, `$(VAR)` or `${VAR}`, finished or not. */
export function isUnresolved(value: string): boolean {
  return UNRESOLVED.test(value);
}

/**
 * Makes the text of a Helm template readable as YAML without moving anything: actions alone on their lines become empty
 * lines, actions inside a line become a word of the same length. Offsets into the result are offsets into the text.
 */
export function maskTemplates(text: string): string {
  if (!text.includes('{{')) return text;
  const inline = text.replace(ACTION, (action) => action.replace(/[^\r\n]/g, MASK));
  let masked = '';
  let start = 0;
  while (start < inline.length) {
    const lineBreak = inline.indexOf('\n', start);
    const end = lineBreak === -1 ? inline.length : lineBreak + 1;
    const line = inline.slice(start, end);
    // Line breaks, not spaces: white lines that are indented deeper than the text after them break a block scalar.
    masked +=
      line.includes(MASK) && ONLY_ACTIONS.test(line) ? '\n'.repeat(line.length) : line.replaceAll(MASK, 'x');
    start = end;
  }
  return masked;
}
