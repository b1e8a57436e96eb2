import type { Command } from 'commander';
import * as fs from 'node:fs/promises';
import { resolve } from 'node:path';
import { formatBytes } from '../domain/bytes.ts';
import { formatPlatform } from '../domain/platform.ts';
import { printable } from '../domain/quote.ts';
import { readable } from '../engine/aci/tar-entry.ts';
import type { Rendered } from '../engine/render/describe-tree.ts';
import { Layout } from '../engine/store/layout.ts';
import { dirOption, platformOf, platformOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printLine } from './print.ts';
import { readStore, viewOf } from './read-store.ts';
import { storedImage } from './stored-image.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `larder image render IMAGE DIRECTORY` */
export function addImageRender(image: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  image
    .command('render')
    .description('write the files of a stored image, and of what it depends on, to a directory')
    .argument('<image>', 'image ID, the beginning of one, or what it was fetched as')
    .argument('<directory>', 'the directory to make, or an empty one')
    .addOption(dirOption())
    .addOption(platformOption())
    .action(async (argument: string, directory: string, options: SharedOptions) => {
      await render(argument, resolve(terminal.cwd, directory), options, terminal);
      finish(EXIT.done);
    });
}

async function render(
  argument: string,
  directory: string,
  options: SharedOptions,
  terminal: Terminal,
): Promise<void> {
  const root = storeRoot(options, terminal);
  const layout = new Layout(root);
  const platform = formatPlatform(platformOf(options, terminal));
  // Only now is what reads archives loaded.
  const { storedImages } = await import('../engine/render/stored-images.ts');
  const { renderTo } = await import('../engine/render/render-to.ts');
  const { view, image } = await readStore(root, (state) => {
    const found = viewOf(state);
    return { view: found, image: storedImage(argument, found, options, terminal) };
  });
  const images = await storedImages({ fs }, layout, view, image, platform);
  const manifest = await fs.readFile(layout.manifest(image.imageId), 'utf8');
  const rendered = await terminal.cancellable((signal) =>
    renderTo({ fs }, images, manifest, directory, { signal, onProgress: () => undefined }),
  );
  for (const line of messages(argument, directory, rendered)) printLine(terminal.stderr, printable(line));
}

function* messages(argument: string, directory: string, rendered: Rendered): Generator<string> {
  const { entries, size, notMade, attributes } = rendered;
  yield `${argument}: rendered to ${directory} (${entries.length} entries, ${formatBytes(size)})`;
  if (notMade.length > 0) yield `not made, since devices and fifos need privileges: ${listed(notMade)}`;
  if (attributes.length > 0) yield `extended attributes were not set: ${listed(attributes)}`;
}

const SHOWN = 5;

function listed(entries: readonly { readonly path: string }[]): string {
  const shown = entries.slice(0, SHOWN).map(({ path }) => `/${readable(path)}`);
  const more = entries.length - shown.length;
  return shown.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
