import { Option } from 'commander';
import type { Command } from 'commander';
import * as fs from 'node:fs/promises';
import { resolve } from 'node:path';
import { LarderError } from '../domain/errors.ts';
import { printable, quote } from '../domain/quote.ts';
import { EXPORT_FORMATS } from '../engine/exchange/export-formats.ts';
import type { ExportFormat } from '../engine/exchange/export-formats.ts';
import { Layout } from '../engine/store/layout.ts';
import { dirOption, platformOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printLine } from './print.ts';
import { readStore, viewOf } from './read-store.ts';
import { storedRecord } from './stored-image.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

interface ExportOptions extends SharedOptions {
  readonly format: ExportFormat;
  readonly overwrite?: true;
}

/** Standard output. */
const STDOUT = '-';

/** `larder image export IMAGE FILE` */
export function addImageExport(image: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  image
    .command('export')
    .description('write a stored image to a file, for other tools')
    .argument('<image>', 'image ID, the beginning of one, or what it was fetched as')
    .argument('<file>', 'the file or, for oci, the directory to make; - for standard output')
    .addOption(
      new Option(
        '--format <format>',
        'an ACI, an OCI image layout (in an archive if FILE ends in .tar), or what docker load takes',
      )
        .choices(EXPORT_FORMATS)
        .default('aci'),
    )
    .option('--overwrite', 'replace what is there')
    .addOption(dirOption())
    .addOption(platformOption())
    .action(async (argument: string, file: string, options: ExportOptions) => {
      await exportTo(argument, file, options, terminal);
      finish(EXIT.done);
    });
}

async function exportTo(
  argument: string,
  file: string,
  options: ExportOptions,
  terminal: Terminal,
): Promise<void> {
  const { format, overwrite = false } = options;
  if (file === STDOUT && terminal.stdout.isTTY === true)
    throw new LarderError(
      'E_USAGE',
      'An image is nothing for a terminal to show; name a file, or use a pipe.',
    );
  if (/\.(?:tgz|gz|zst|xz|bz2)$/.test(file)) {
    throw new LarderError(
      'E_USAGE',
      `Larder does not compress what it exports, as ${quote(file)} would say; export to - and compress that.`,
    );
  }
  const root = storeRoot(options, terminal);
  const record = await readStore(root, (state) => storedRecord(argument, viewOf(state), options, terminal));
  // Only now is what reads archives loaded.
  const { exportImage } = await import('../engine/exchange/export.ts');
  await terminal.cancellable((signal) => {
    const write = (bytes: Uint8Array): Promise<void> => terminal.writeBytes(bytes, signal);
    const to = file === STDOUT ? write : resolve(terminal.cwd, file);
    return exportImage({ fs }, new Layout(root), { record, format, to, overwrite }, signal);
  });
  printLine(terminal.stderr, `${printable(argument)}: exported as ${format}`);
}
