import type { Finding } from './rule.ts';

/** The forms of the comment; the code actions that silence a rule write the same. */
export const DISABLE_LINE = 'larder-disable-line';
export const DISABLE_NEXT_LINE = 'larder-disable-next-line';
export const DISABLE_FILE = 'larder-disable';

/** A comment that silences; what follows `--` is the author's reason. */
const DIRECTIVE = /(?<=^|\s)#[ \t]*larder-disable(?<where>-line|-next-line)?(?<rest>[ \t,][^\r\n]*)?$/gm;

/** Silenced rules; `*` stands for all of them. */
type Rules = ReadonlySet<string>;

/**
 * Reads the comments `# larder-disable-line RULE…`, `# larder-disable-next-line RULE…` and `# larder-disable RULE…` (the
 * whole file). Without a rule they mean all rules.
 * @param text the document
 * @returns whether a finding is silenced; a finding belongs to the line on which it starts
 */
export function silencer(text: string): (finding: Finding) => boolean {
  // Most files have none: one search decides, and nothing else is computed.
  if (!text.includes(DISABLE_FILE)) return () => false;
  const inFile = new Set<string>();
  const onLine = new Map<number, Rules>();
  for (const { index, groups } of text.matchAll(DIRECTIVE)) {
    const rules = rulesOf(groups?.['rest'] ?? '');
    if (groups?.['where'] === undefined) {
      rules.forEach((rule) => inFile.add(rule));
      continue;
    }
    const line = groups['where'] === '-line' ? lineStart(text, index) : nextLineStart(text, index);
    onLine.set(line, new Set([...(onLine.get(line) ?? []), ...rules]));
  }
  return ({ rule, span }) => has(inFile, rule) || has(onLine.get(lineStart(text, span.start)), rule);
}

function rulesOf(rest: string): Rules {
  const [written = ''] = rest.split(/(?<=[ \t,])--(?=[ \t]|$)/);
  const rules = written.split(/[ \t,]+/).filter((word) => word !== '');
  return new Set(rules.length === 0 ? ['*'] : rules);
}

function has(rules: Rules | undefined, rule: string): boolean {
  return rules !== undefined && (rules.has('*') || rules.has(rule));
}

function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

function nextLineStart(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end < 0 ? text.length : end + 1;
}
