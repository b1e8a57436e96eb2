import type { LINK_COMMANDS } from '../protocol.ts';

/**
 * Markdown that is safe to trust. Texts of manifests, registries and images reach it only through {@link escape} and
 * {@link code}; commands only through {@link commandLink}.
 */

/** Control, format (bidirectional overrides, zero width) and line-separating characters: shown, never obeyed. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text as it is, on one line. Any ASCII punctuation may be escaped (CommonMark §2.4), so all of it is. */
export function escape(text: string): string {
  return oneLine(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** A text in a code span (CommonMark §6.1): fenced by more backticks than it contains in a row. */
export function code(text: string): string {
  const content = oneLine(text);
  const runs = content.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map((run) => run.length)) + 1);
  // One space at each end is stripped again; without it a backtick at an end would join the fence.
  const padding = /^[` ]|[` ]$/.test(content) || content === '' ? ' ' : '';
  return `${fence}${padding}${content}${padding}${fence}`;
}

/**
 * A link that runs a command.
 * @param title Markdown
 * @param argument the command's only argument, any JSON value
 */
export function commandLink(
  title: string,
  command: (typeof LINK_COMMANDS)[number],
  argument: unknown,
): string {
  // encodeURIComponent leaves parentheses as they are, and they would end the link.
  const query = encodeURIComponent(JSON.stringify([argument])).replace(
    /[()']/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `[${title}](command:${command}?${query})`;
}

/** Lines of one block. */
export function lines(...texts: readonly string[]): string {
  return texts.join('  \n');
}

/** Blocks with a rule between them. */
export function blocks(...texts: readonly string[]): string {
  return texts.join('\n\n---\n\n');
}

function oneLine(text: string): string {
  return text.toWellFormed().replace(INVISIBLE, '\u{FFFD}');
}
