import type { Command } from 'commander';
import { readFile } from 'node:fs/promises';
import { LarderError } from '../domain/errors.ts';
import { Layout } from '../engine/store/layout.ts';
import { dirOption, platformOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printJson } from './print.ts';
import { readStore, viewOf } from './read-store.ts';
import { storedImage } from './stored-image.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `larder image cat-manifest IMAGE` */
export function addImageCatManifest(
  image: Command,
  terminal: Terminal,
  finish: (code: ExitCode) => void,
): void {
  image
    .command('cat-manifest')
    .description('print the manifest of a stored image')
    .argument('<image>', 'image ID, the beginning of one, or what it was fetched as')
    .addOption(dirOption())
    .addOption(platformOption())
    .action(async (argument: string, options: SharedOptions) => {
      const root = storeRoot(options, terminal);
      const { imageId } = await readStore(root, (state) =>
        storedImage(argument, viewOf(state), options, terminal),
      );
      printJson(terminal, await readManifest(root, imageId));
      finish(EXIT.done);
    });
}

async function readManifest(root: string, imageId: string): Promise<unknown> {
  const path = new Layout(root).manifest(imageId);
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new LarderError(
      'E_STORE_CORRUPT',
      `The manifest ${path} cannot be read (${reason}); remove the image and fetch it again.`,
      error,
    );
  }
}
