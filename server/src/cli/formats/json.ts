import type { Format } from './report.ts';

/** One array; docs/cli.md has its keys. */
export const jsonFormat: Format = (findings) => JSON.stringify(findings, null, 2);
