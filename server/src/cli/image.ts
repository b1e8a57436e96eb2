import type { Command } from 'commander';
import { addImageCatManifest } from './image-cat-manifest.ts';
import { addImageExport } from './image-export.ts';
import { addImageGc } from './image-gc.ts';
import { addImageImport } from './image-import.ts';
import { addImageList } from './image-list.ts';
import { addImageRender } from './image-render.ts';
import { addImageRm } from './image-rm.ts';
import { addImageVerify } from './image-verify.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** `larder image …` */
export function addImage(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const image = program.command('image').description('look after the images in the store');
  for (const add of [
    addImageList,
    addImageCatManifest,
    addImageVerify,
    addImageRm,
    addImageGc,
    addImageRender,
    addImageExport,
    addImageImport,
  ])
    add(image, terminal, finish);
}
