import { printable } from '../domain/quote.ts';
import type { RepairReport, RepairStep } from '../engine/care/repair.ts';
import { openEngine } from './engine.ts';
import { shownLog } from './log.ts';
import { SECURE, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printJson, printLine } from './print.ts';
import { registrySettings } from './registry-flags.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `larder image verify --repair`; like `verify`, it fails when something is wrong afterwards. */
export async function repair(options: SharedOptions, terminal: Terminal): Promise<ExitCode> {
  const log = shownLog((line) => printLine(terminal.stderr, line));
  const engine = await openEngine(storeRoot(options, terminal), SECURE, registrySettings({}, terminal), log);
  try {
    const report = await terminal.cancellable((signal) => engine.repair(signal));
    if (options.json) printJson(terminal, report);
    else for (const step of report.steps) printLine(terminal.stdout, line(step));
    printLine(terminal.stderr, summary(report));
    return stillWrong(report) > 0 ? EXIT.failed : EXIT.done;
  } finally {
    await engine.close();
  }
}

function line({ kind, id, path, why, done, next }: RepairStep): string {
  const words = [done.padEnd(9), kind.padEnd(8), id].join('  ');
  const rest = next === null ? '' : `; ${printable(next)}`;
  return `${words}: ${printable(path)} ${printable(why)}${rest}`;
}

function summary(report: RepairReport): string {
  const { verified, steps } = report;
  const files = `${verified} file${verified === 1 ? '' : 's'} verified`;
  if (steps.length === 0) return `${files}, nothing to repair.`;
  const found = `${files}, ${steps.length} thing${steps.length === 1 ? '' : 's'} found`;
  const left = stillWrong(report);
  return left === 0 ? `${found}.` : `${found}; ${left} of them could only be reported.`;
}

/** How many things are as they were: only a person can do something about them. */
function stillWrong({ steps }: RepairReport): number {
  return steps.filter(({ done }) => done === 'reported').length;
}
