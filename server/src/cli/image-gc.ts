import { Option } from 'commander';
import type { Command } from 'commander';
import { formatBytes } from '../domain/bytes.ts';
import { LarderError } from '../domain/errors.ts';
import { GRACE_PERIOD, imagesKeptBy } from '../domain/garbage.ts';
import { parseGoDuration } from '../domain/go-duration.ts';
import type { Image } from '../domain/image.ts';
import { rememberingParser } from '../domain/image-status.ts';
import { printable } from '../domain/quote.ts';
import type { GcReport, Removed } from '../engine/care/gc.ts';
import { openEngine } from './engine.ts';
import { shownLog } from './log.ts';
import { readManifestFiles } from './manifest-files.ts';
import {
  asArgument,
  dirOption,
  jsonOption,
  platformOf,
  platformOption,
  SECURE,
  storeRoot,
} from './options.ts';
import type { SharedOptions } from './options.ts';
import { printJson, printLine } from './print.ts';
import { addShortNameFlags, registrySettings } from './registry-flags.ts';
import type { ShortNameFlags } from './registry-flags.ts';
import { shortNamesOf } from './short-names.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

interface GcOptions extends SharedOptions, ShortNameFlags {
  readonly gracePeriod: number;
  readonly dryRun?: true;
  readonly keep?: readonly string[];
}

/** `larder image gc` */
export function addImageGc(image: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = image
    .command('gc')
    .description(
      'remove what nobody needs: images, trees, registry blobs and unfinished downloads that were not used of late',
    )
    .addOption(
      new Option('--grace-period <duration>', 'how long something must not have been used: 24h, 30m, 0s')
        .argParser(asArgument(parseGoDuration))
        .default(parseGoDuration(GRACE_PERIOD), GRACE_PERIOD),
    )
    .option('--dry-run', 'say what would be removed, and remove nothing')
    .option('--keep <file...>', 'manifests whose images stay')
    .addOption(dirOption())
    .addOption(platformOption())
    .addOption(jsonOption());
  addShortNameFlags(command).action(async (options: GcOptions) => {
    finish(await collect(options, terminal));
  });
}

async function collect(options: GcOptions, terminal: Terminal): Promise<ExitCode> {
  const { gracePeriod, dryRun = false } = options;
  const keep = await imagesToKeep(options, terminal);
  const platform = platformOf(options, terminal);
  const log = shownLog((line) => printLine(terminal.stderr, line));
  const engine = await openEngine(storeRoot(options, terminal), SECURE, registrySettings({}, terminal), log);
  try {
    const request = { gracePeriod, dryRun, keep, platform };
    const report = await terminal.cancellable((signal) => engine.gc(request, signal));
    if (options.json) printJson(terminal, report);
    else for (const removed of report.removed) printLine(terminal.stdout, line(removed));
    printLine(terminal.stderr, summary(report));
    return EXIT.done;
  } finally {
    await engine.close();
  }
}

/** @throws LarderError E_FILE when one cannot be read: nobody knows what it needs */
async function imagesToKeep(options: GcOptions, terminal: Terminal): Promise<Image[]> {
  const { keep = [] } = options;
  const platform = platformOf(options, terminal);
  const shortNames = await shortNamesOf(options, terminal);
  const { files, allRead } = await readManifestFiles(keep, terminal);
  if (!allRead) {
    throw new LarderError(
      'E_FILE',
      'Nothing was removed, because a manifest whose images are to be kept was not read; correct its path and try again.',
    );
  }
  const parse = rememberingParser(() => shortNames);
  return files.flatMap(({ manifest }) => imagesKeptBy(manifest, parse, platform));
}

function line({ kind, id, name, bytes }: Removed): string {
  const words = [kind.padEnd(8), id, formatBytes(bytes)].join('  ');
  return name === null ? words : `${words}  ${printable(name)}`;
}

function summary({ dryRun, removed, bytes, isGetting }: GcReport): string {
  const verb = dryRun ? 'would be removed' : 'removed';
  const left = isGetting ? ' Registry blobs were left alone, because images are being fetched.' : '';
  return `${removed.length} ${verb}, ${formatBytes(bytes)}${dryRun ? '' : ' freed'}.${left}`;
}
