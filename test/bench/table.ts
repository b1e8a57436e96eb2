/** The table that `npm run bench` prints, in Markdown. */
import { isMet, ratioOf } from './measurement.ts';
import type { Measurement } from './measurement.ts';

const HEAD = ['what', 'ours', 'peer', 'ratio', 'bar', 'met'];

export function table(measurements: readonly Measurement[]): string {
  const rows = [HEAD, ...measurements.map(rowOf)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => line(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  return [lines[0], line(widths.map((width) => '-'.repeat(width))), ...lines.slice(1)].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function rowOf(measurement: Measurement): string[] {
  const { what, unit, ours, peer, bar } = measurement;
  const ratio = ratioOf(measurement);
  const bars = [
    ...(bar?.ratio === undefined ? [] : [`≤ ${significant(bar.ratio)} ×`]),
    ...(bar?.most === undefined ? [] : [`≤ ${significant(bar.most)} ${unit}`]),
  ];
  return [
    what,
    `${significant(ours)} ${unit}`,
    peer === undefined ? '' : `${peer.name}: ${significant(peer.value)} ${unit}`,
    ratio === undefined ? '' : `${significant(ratio)} ×`,
    bars.join(' and '),
    { true: 'yes', false: 'NO', undefined: '' }[`${isMet(measurement)}`],
  ];
}

/** Three digits say all that a measurement knows. */
function significant(value: number): string {
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
