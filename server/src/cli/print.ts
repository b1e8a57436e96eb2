import { createColors } from 'picocolors';
import type { LarderError } from '../domain/errors.ts';
import { printable } from '../domain/quote.ts';
import type { Output, Terminal } from './terminal.ts';

/** Colours where the output is a terminal and nobody objects (https://no-color.org). */
export function colorsFor(output: Output, env: Terminal['env']): ReturnType<typeof createColors> {
  return createColors(output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb');
}

export function printLine(output: Output, line: string): void {
  output.write(`${line}\n`);
}

/** One JSON document, indented for those who read it. */
export function printJson({ stdout }: Terminal, document: unknown): void {
  printLine(stdout, JSON.stringify(document, null, 2));
}

/** How an error reads: its sentence and its code. */
export function errorLine({ message, code }: LarderError, { stderr, env }: Terminal): string {
  const { red, dim } = colorsFor(stderr, env);
  return `${red('error:')} ${printable(message)} ${dim(`[${code}]`)}`;
}

export function printError(error: LarderError, terminal: Terminal): void {
  printLine(terminal.stderr, errorLine(error, terminal));
}

/** Left-aligned columns under their headings, two spaces apart. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map(printable));
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
