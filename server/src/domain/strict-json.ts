import { parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import type { Span } from '../manifest/manifest.ts';

export interface StrictJson {
  /** What could be read, guessed behind an error; undefined when there is nothing. */
  readonly root: Node | undefined;
  /** The first error alone: behind it a parser guesses. */
  readonly error: (Span & { /** `comma expected` */ readonly words: string }) | undefined;
}

/** Reads plain JSON with the place of each value: comments and trailing commas are errors. Never throws. */
export function parseStrictJson(text: string): StrictJson {
  const errors: ParseError[] = [];
  try {
    const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
    return { root, error: errors[0] && placed(errors[0], text) };
  } catch (error) {
    // jsonc-parser recurses, so only nesting that no file of ours has ends here.
    if (!(error instanceof RangeError)) throw error;
    return { root: undefined, error: { start: 0, end: 0, words: 'nested too deeply' } };
  }
}

function placed({ error, offset, length }: ParseError, text: string): StrictJson['error'] {
  const start = Math.min(offset, text.length);
  const words = printParseErrorCode(error)
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toLowerCase();
  return { start, end: Math.min(start + length, text.length), words };
}
