import type { ErrorCode } from '../../../../server/src/domain/errors.ts';

/** What becomes of an archive: refused when it is imported, refused when it is rendered, or a tree, as `linesOf` tells it. */
export type Outcome =
  { readonly import: ErrorCode } | { readonly render: ErrorCode } | { readonly tree: readonly string[] };

/**
 * An ACI that somebody made to do harm, or by mistake.
 * @param outside absolute path of a directory with a file `secret`, which must stay as it is
 */
export type HostileAci = (outside: string) => readonly [aci: Buffer, outcome: Outcome];

export const BROKEN: Outcome = { import: 'E_ARCHIVE' };
export const REFUSED: Outcome = { render: 'E_ARCHIVE' };

export function tree(...lines: string[]): { readonly tree: readonly string[] } {
  return { tree: lines.sort() };
}

/** The lines of a path's parents: `a/`, `a/b/`, … and of the path itself. */
export function parents(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '');
  return parts.map((_, index) => `${parts.slice(0, index + 1).join('/')}/`);
}
