/** One way to authenticate that a server offers (RFC 9110, 11.6.1). */
export interface Challenge {
  /** Lower case: `bearer`, `basic`. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** token, token68 and quoted-string of RFC 9110, 5.6 and 11.2, each at the place where the last one ended. */
const TOKEN = /[!#$%&'*+.^_`|~0-9A-Za-z-]+/y;
const TOKEN68 = /[0-9A-Za-z._~+/-]+=*(?=\s*(?:,|$))/y;
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const EQUALS = /\s*=\s*/y;
const SPACES = /\s+/y;
const BETWEEN = /[\s,]*/y;

/**
 * Reads a WWW-Authenticate header. Several challenges may share one header, and commas separate both challenges and their
 * parameters, so only a reader that goes token by token can tell them apart.
 * @returns the challenges up to the first thing that is malformed
 */
export function parseChallenges(header: string): Challenge[] {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(header);
    if (found !== null) at = pattern.lastIndex;
    return found;
  };

  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  for (take(BETWEEN); at < header.length; take(BETWEEN)) {
    const name = take(TOKEN)?.[0].toLowerCase();
    if (name === undefined) break;
    const current = challenges.at(-1);
    if (current !== undefined && take(EQUALS) !== null) {
      const quoted = take(QUOTED)?.[1]?.replace(/\\(.)/g, '$1');
      current.parameters.set(name, quoted ?? take(TOKEN)?.[0] ?? '');
    } else {
      challenges.push({ scheme: name, parameters: new Map() });
      // `Negotiate abc==` carries one token68 instead of parameters; none of the schemes used here does.
      if (take(SPACES) !== null) take(TOKEN68);
    }
  }
  return challenges;
}
