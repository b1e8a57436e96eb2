import type { Command } from 'commander';
import { age } from '../domain/age.ts';
import { formatBytes } from '../domain/bytes.ts';
import type { StoredImage } from '../domain/record.ts';
import { storedImageJson } from './json.ts';
import { dirOption, jsonOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printJson, printLine, table } from './print.ts';
import { readStore, viewOf } from './read-store.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const HEADINGS = ['IMAGE ID', 'NAME', 'VERSION', 'PLATFORM', 'SIZE', 'IMPORTED', 'LAST USED'];

/** `larder image list` */
export function addImageList(image: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  image
    .command('list')
    .description('list the images in the store, newest first')
    .addOption(dirOption())
    .addOption(jsonOption())
    .action(async (options: SharedOptions) => {
      const images = await readStore(storeRoot(options, terminal), (state) => viewOf(state).images());
      if (options.json) printJson(terminal, images.map(storedImageJson));
      else if (images.length === 0) printLine(terminal.stderr, 'The store is empty.');
      else
        printLine(
          terminal.stdout,
          table(
            HEADINGS,
            images.map((stored) => cells(stored, terminal.now())),
          ),
        );
      finish(EXIT.done);
    });
}

/** The ID is cut to what is enough as an argument. */
function cells({ imageId, name, labels, size, importedAt, lastUsedAt }: StoredImage, now: number): string[] {
  const { version = '-', os = '-', arch = '-' } = labels;
  return [
    imageId.slice(0, 'sha512-'.length + 12),
    name,
    version,
    `${os}/${arch}`,
    formatBytes(size),
    age(importedAt, now),
    age(lastUsedAt, now),
  ];
}
