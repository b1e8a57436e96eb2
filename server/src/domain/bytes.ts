const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/**
 * A size as docker prints it, with decimal units: "512 B", "68.2 MB".
 * @param count bytes
 */
export function formatBytes(count: number): string {
  const step = count < 1000 ? 0 : Math.min(Math.floor(Math.log10(count) / 3), UNITS.length - 1);
  // Rounding must not print "1000.0 kB" for what is a megabyte.
  const carried =
    step < UNITS.length - 1 && Number((count / 1000 ** step).toFixed(1)) >= 1000 ? step + 1 : step;
  const number = carried === 0 ? String(count) : (count / 1000 ** carried).toFixed(1);
  return `${number} ${UNITS[carried] ?? ''}`;
}
