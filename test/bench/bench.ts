/** `npm run bench -- [NAME…]`: measures side by side with peers, prints a table and writes bench-results.json. It judges nothing. */
import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { CASES } from './cases.ts';
import { Bench, ROOT } from './context.ts';
import { isMet, ratioOf } from './measurement.ts';
import type { Measurement } from './measurement.ts';
import { table } from './table.ts';

const names = process.argv.slice(2);
const unknown = names.filter((name) => !CASES.some((known) => known.name === name));
if (unknown.length > 0) {
  console.error(`no case ${unknown.join(', ')}; there are: ${CASES.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

const measurements: Measurement[] = [];
{
  await using bench = await Bench.start();
  for (const { name, run } of CASES) {
    if (names.length > 0 && !names.includes(name)) continue;
    bench.note(name);
    try {
      measurements.push(...(await run(bench)));
    } catch (error) {
      console.error(`${name} crashed:`, error);
      process.exitCode = 1;
    }
  }
}

const machine = { cores: cpus().length, node: process.version };
console.log(`\n${machine.cores} cores, Node ${machine.node}\n\n${table(measurements)}`);
const results = measurements.map((it) => ({ ...it, ratio: ratioOf(it), met: isMet(it) }));
await writeFile(
  join(ROOT, 'bench-results.json'),
  `${JSON.stringify({ at: new Date().toISOString(), ...machine, results }, null, 2)}\n`,
);
