import type { Command } from 'commander';
import * as fs from 'node:fs/promises';
import { LarderError } from '../domain/errors.ts';
import { printable } from '../domain/quote.ts';
import { Layout } from '../engine/store/layout.ts';
import { Verification } from '../engine/store/verify.ts';
import type { Finding } from '../engine/store/verify.ts';
import { dirOption, jsonOption, platformOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { repair } from './image-repair.ts';
import { printJson, printLine } from './print.ts';
import { readStore, viewOf } from './read-store.ts';
import { storedImage } from './stored-image.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

interface VerifyOptions extends SharedOptions {
  readonly repair?: true;
}

/** `larder image verify [IMAGE…]` */
export function addImageVerify(image: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  image
    .command('verify')
    .description('read images again, and say which of their files are damaged or missing')
    .argument('[image...]', 'image IDs, beginnings of them, or what they were fetched as; none: everything')
    .option('--repair', 'remove what is damaged and bring the index back in order; else nothing is changed')
    .addOption(dirOption())
    .addOption(platformOption())
    .addOption(jsonOption())
    .action(async (images: string[], options: VerifyOptions) => {
      if (options.repair && images.length > 0)
        throw new LarderError('E_USAGE', '--repair is for the whole store; name no image.');
      finish(await (options.repair ? repair(options, terminal) : verify(images, options, terminal)));
    });
}

async function verify(
  named: readonly string[],
  options: SharedOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const root = storeRoot(options, terminal);
  const { all, chosen } = await readStore(root, (state) => {
    const view = viewOf(state);
    // Two arguments may mean one image.
    const wanted = new Set(named.map((text) => storedImage(text, view, options, terminal).imageId));
    const all = view.images();
    return { all, chosen: named.length === 0 ? all : all.filter(({ imageId }) => wanted.has(imageId)) };
  });
  const findings: Finding[] = [];
  await terminal.cancellable(async (signal) => {
    const verification = new Verification({ fs }, new Layout(root), signal);
    const take = (finding: Finding): void => {
      findings.push(finding);
      if (!options.json) printLine(terminal.stdout, line(finding));
    };
    for await (const finding of verification.images(chosen)) {
      // One that was removed meanwhile is not missing.
      if (finding.state !== 'missing' || (await isStored(root, finding.id))) take(finding);
    }
    if (named.length > 0) return;
    for await (const finding of verification.blobs(all)) take(finding);
    for await (const finding of verification.trees()) take(finding);
  });
  if (options.json) printJson(terminal, findings);
  const bad = findings.filter(({ state }) => state !== 'ok');
  printLine(terminal.stderr, summary(findings.length, bad));
  return bad.length > 0 ? EXIT.failed : EXIT.done;
}

function isStored(root: string, id: string): Promise<boolean> {
  return readStore(root, (state) => viewOf(state).find({ kind: 'id', canonical: id, id }, '') !== undefined);
}

function line({ kind, id, path, state, why }: Finding): string {
  const words = [state.padEnd(7), kind.padEnd(8), id].join('  ');
  return why === null ? words : `${words}: ${printable(path)} ${why}`;
}

function summary(count: number, bad: readonly Finding[]): string {
  const verified = `${count} file${count === 1 ? '' : 's'} verified`;
  if (bad.length === 0) return `${verified}.`;
  return `${verified}, ${bad.length} of them damaged or missing; larder image verify --repair puts the store in order.`;
}
