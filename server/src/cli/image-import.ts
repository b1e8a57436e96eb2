import type { Command } from 'commander';
import { resolve } from 'node:path';
import { LarderError, toLarderError } from '../domain/errors.ts';
import type { Platform } from '../domain/image.ts';
import { printable } from '../domain/quote.ts';
import { parseReference } from '../domain/reference.ts';
import type { DockerReference } from '../domain/reference.ts';
import type { ImportedFile } from '../jobs/job.ts';
import { openEngine } from './engine.ts';
import type { CommandEngine } from './engine.ts';
import { shownLog } from './log.ts';
import {
  asArgument,
  dirOption,
  insecureOption,
  jsonOption,
  platformOf,
  platformOption,
  SECURE,
  storeRoot,
} from './options.ts';
import type { Insecure, SharedOptions } from './options.ts';
import { printError, printJson, printLine } from './print.ts';
import { policyOption, registrySettings } from './registry-flags.ts';
import type { RegistryFlags } from './registry-flags.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

interface ImportOptions extends SharedOptions, Pick<RegistryFlags, 'policy'> {
  readonly reference?: DockerReference;
  readonly insecureOptions?: Insecure;
}

/** What became of one image: a part of `larder image import --json`. */
type Result = { readonly file: string } & (
  | (ImportedFile & { readonly outcome: 'imported' })
  | {
      readonly reference: null;
      readonly imageId: null;
      readonly outcome: 'failed';
      readonly error: Pick<LarderError, 'code' | 'message'>;
    }
);

/** `larder image import FILE…` */
export function addImageImport(image: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  image
    .command('import')
    .description('put images into the store that are in files, and print their image IDs')
    .argument('<file...>', 'ACIs, OCI image layouts or archives of them, and archives of docker save')
    .option(
      '--reference <docker://name:tag>',
      'what to call the docker image in the file, instead of what that says',
      asArgument((text) => parseReference(text.replace(/^docker:(?:\/\/)?/i, ''))),
    )
    .addOption(dirOption())
    .addOption(platformOption())
    .addOption(insecureOption())
    .addOption(policyOption())
    .addOption(jsonOption())
    .action(async (files: string[], options: ImportOptions) => {
      if (files.length > 1 && options.reference !== undefined)
        throw new LarderError('E_USAGE', '--reference names one image; import one file at a time.');
      finish(await importAll(files, options, terminal));
    });
}

/** Each file is on its own: one that is refused does not keep the others. */
async function importAll(
  files: readonly string[],
  options: ImportOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const log = shownLog((line) => printLine(terminal.stderr, line));
  const settings = registrySettings(options, terminal);
  const insecure = options.insecureOptions ?? SECURE;
  const engine = await openEngine(storeRoot(options, terminal), insecure, settings, log);
  try {
    return await terminal.cancellable(async (signal) => {
      const context = { engine, signal, terminal, platform: platformOf(options, terminal) };
      const results: Result[] = [];
      for (const file of files) results.push(...(await importOne(file, options.reference, context)));
      if (options.json) printJson(terminal, results);
      else for (const { imageId } of results) if (imageId !== null) printLine(terminal.stdout, imageId);
      return results.some(({ outcome }) => outcome === 'failed') ? EXIT.failed : EXIT.done;
    });
  } finally {
    await engine.close();
  }
}

interface ImportContext {
  readonly engine: CommandEngine;
  readonly signal: AbortSignal;
  readonly terminal: Terminal;
  readonly platform: Platform;
}

async function importOne(
  file: string,
  reference: DockerReference | undefined,
  { engine, signal, terminal, platform }: ImportContext,
): Promise<Result[]> {
  try {
    const request = { path: resolve(terminal.cwd, file), reference, platform };
    const images = await engine.import(request, { signal, onProgress: () => undefined });
    for (const image of images) {
      const name = image.reference === null ? '' : ` as ${image.reference}`;
      printLine(terminal.stderr, `${printable(file)}: imported${name}`);
    }
    return images.map((image) => ({ file, ...image, outcome: 'imported' }));
  } catch (error) {
    signal.throwIfAborted();
    const failure = toLarderError(error, `importing ${file}`);
    printError(failure, terminal);
    const { code, message } = failure;
    return [{ file, reference: null, imageId: null, outcome: 'failed', error: { code, message } }];
  }
}
