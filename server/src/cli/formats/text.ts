import { printable } from '../../domain/quote.ts';
import type { Format } from './report.ts';

/** `FILE:LINE:COLUMN: SEVERITY: MESSAGE [RULE]`, which editors and people read. */
export const textFormat: Format = (findings) =>
  findings
    .map(({ file, line, column, severity, message, rule }) =>
      printable(`${file}:${line}:${column}: ${severity}: ${message} [${rule}]`),
    )
    .join('\n');
