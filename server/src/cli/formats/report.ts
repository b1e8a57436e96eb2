import type { Finding } from '../../domain/rules/index.ts';

/** A finding and where it stands; lines and columns count from 1, columns in UTF-16 code units. */
export interface Reported {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly severity: Finding['severity'];
  readonly rule: Finding['rule'];
  readonly message: string;
}

/** Writes findings in one format. */
export type Format = (findings: readonly Reported[]) => string;
