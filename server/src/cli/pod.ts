import type { Command } from 'commander';
import * as fs from 'node:fs/promises';
import { age } from '../domain/age.ts';
import { toLarderError } from '../domain/errors.ts';
import type { LarderError } from '../domain/errors.ts';
import { printable } from '../domain/quote.ts';
import { PodReader } from '../engine/prepare/pod-reader.ts';
import { openEngine } from './engine.ts';
import { shownLog } from './log.ts';
import { dirOption, jsonOption, SECURE, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printError, printJson, printLine } from './print.ts';
import { registrySettings } from './registry-flags.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `larder pod …` */
export function addPod(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const pod = program.command('pod').description('look after prepared pods');
  pod
    .command('list')
    .description('list the prepared pods, the newest first')
    .addOption(dirOption())
    .addOption(jsonOption())
    .action(async (options: SharedOptions) => {
      finish(await list(options, terminal));
    });
  pod
    .command('rm')
    .description('remove prepared pods, and print their UUIDs; their images stay')
    .argument('<uuid...>')
    .addOption(dirOption())
    .action(async (uuids: string[], options: SharedOptions) => {
      finish(await remove(uuids, options, terminal));
    });
}

async function list(options: SharedOptions, terminal: Terminal): Promise<ExitCode> {
  const pods = await new PodReader({ fs }, storeRoot(options, terminal)).list();
  if (options.json) {
    const documents = pods.map(({ createdAt, ...pod }) => ({
      ...pod,
      createdAt: new Date(createdAt).toISOString(),
    }));
    printJson(terminal, documents);
    return EXIT.done;
  }
  for (const { uuid, createdAt, source, apps } of pods) {
    const names = apps.map(({ name }) => name).join(', ');
    printLine(terminal.stdout, [uuid, age(createdAt, terminal.now()), names, printable(source)].join('  '));
  }
  return EXIT.done;
}

/** Each pod is on its own: one that is not there does not keep the others. */
async function remove(
  uuids: readonly string[],
  options: SharedOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const log = shownLog((line) => printLine(terminal.stderr, line));
  const engine = await openEngine(storeRoot(options, terminal), SECURE, registrySettings({}, terminal), log);
  const failures: LarderError[] = [];
  try {
    for (const uuid of new Set(uuids)) {
      await engine.removePod(uuid).then(
        () => printLine(terminal.stdout, uuid),
        (error: unknown) => {
          const failure = toLarderError(error, 'removing a pod');
          failures.push(failure);
          printError(failure, terminal);
        },
      );
    }
  } finally {
    await engine.close();
  }
  return failures.length > 0 ? EXIT.failed : EXIT.done;
}
