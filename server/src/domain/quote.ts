/** Longer texts are cut in messages: a reference may be up to a few hundred characters, an attack is longer. */
const LIMIT = 120;

/**
 * A text of a user or a remote as it stands in a message: in double quotes, on one line, control and invisible
 * characters escaped (a terminal must not obey them), and cut after {@link LIMIT} characters.
 */
export function quote(text: string): string {
  const short = text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text;
  const escaped = short.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\"]/gu, escapeCharacter);
  return `"${escaped}"`;
}

function escapeCharacter(character: string): string {
  if (character === '"' || character === '\\') return `\\${character}`;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
