import type { Command } from 'commander';
import { toLarderError } from '../domain/errors.ts';
import type { LarderError } from '../domain/errors.ts';
import { openEngine } from './engine.ts';
import { shownLog } from './log.ts';
import { dirOption, platformOption, SECURE, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printError, printLine } from './print.ts';
import { readStore, viewOf } from './read-store.ts';
import { storedImage } from './stored-image.ts';
import { registrySettings } from './registry-flags.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

interface RemoveOptions extends SharedOptions {
  readonly force?: true;
}

/** `larder image rm IMAGE…` */
export function addImageRm(image: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  image
    .command('rm')
    .description('remove images from the store, and print their image IDs')
    .argument('<image...>', 'image IDs, beginnings of them, or what they were fetched as')
    .option('--force', 'remove even what a prepared pod uses')
    .addOption(dirOption())
    .addOption(platformOption())
    .action(async (images: string[], options: RemoveOptions) => {
      finish(await remove(images, options, terminal));
    });
}

/** Each image is on its own: one that is not there does not keep the others. */
async function remove(
  images: readonly string[],
  options: RemoveOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const root = storeRoot(options, terminal);
  const failures: LarderError[] = [];
  const fail = (error: unknown): void => {
    const failure = toLarderError(error, 'removing an image');
    failures.push(failure);
    printError(failure, terminal);
  };
  // Two arguments may mean one image.
  const imageIds = await readStore(root, (state) => {
    const view = viewOf(state);
    const found = new Set<string>();
    for (const argument of images) {
      try {
        found.add(storedImage(argument, view, options, terminal).imageId);
      } catch (error) {
        fail(error);
      }
    }
    return found;
  });
  if (imageIds.size > 0) {
    const log = shownLog((line) => printLine(terminal.stderr, line));
    const engine = await openEngine(root, SECURE, registrySettings({}, terminal), log);
    for (const imageId of imageIds) {
      await engine
        .remove(imageId, options.force ?? false)
        .then(() => printLine(terminal.stdout, imageId), fail);
    }
    await engine.close();
  }
  return failures.length > 0 ? EXIT.failed : EXIT.done;
}
