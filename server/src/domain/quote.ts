/** Longer texts are cut in messages: a reference may be up to a few hundred characters, an attack is longer. */
const LIMIT = 120;

/**
 * A text of a user or a remote as it stands in a message: {@link printable}, in double quotes, and cut after {@link LIMIT}
 * characters.
 */
export function quote(text: string): string {
  const short = text.length > LIMIT ? `${text.slice(0, LIMIT)}…` : text;
  return `"${printable(short.replace(/["\\]/g, '\\$&'))}"`;
}

/** A text on one line, with control and invisible characters escaped: a terminal must not obey what a remote wrote. */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
      (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? ''}}`,
    );
}
