import * as fs from 'node:fs/promises';
import { formatBytes } from '../domain/bytes.ts';
import { diskUse } from '../engine/care/disk-use.ts';
import type { DiskUse } from '../engine/care/disk-use.ts';
import { storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printJson, printLine, table } from './print.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const NAMES: Readonly<Record<keyof DiskUse, string>> = {
  images: 'images',
  blobs: 'registry blobs',
  trees: 'rendered trees',
  pods: 'prepared pods',
  unfinished: 'unfinished downloads',
  index: 'index',
};

/** `larder status` without a file: what the store takes of its disk. */
export async function storeStatus(options: SharedOptions, terminal: Terminal): Promise<ExitCode> {
  const root = storeRoot(options, terminal);
  const use = await diskUse(fs, root);
  const keys = Object.keys(NAMES) as (keyof DiskUse)[];
  const bytes = keys.reduce((sum, key) => sum + use[key].bytes, 0);
  if (options.json) {
    printJson(terminal, { store: root, ...use, bytes });
    return EXIT.done;
  }
  const rows = keys.map((key) => [NAMES[key], String(use[key].count), formatBytes(use[key].bytes)]);
  printLine(terminal.stdout, table([root, 'COUNT', 'SIZE'], [...rows, ['total', '', formatBytes(bytes)]]));
  return EXIT.done;
}
