import { Command, Option } from 'commander';
import { resolve } from 'node:path';
import { LarderError } from '../domain/errors.ts';
import { parseImage } from '../domain/image-argument.ts';
import { podRequest } from '../domain/pod/pod-request.ts';
import type { WantedImage } from '../domain/pod/pod-request.ts';
import { printable, quote } from '../domain/quote.ts';
import type { Prepared, PrepareRequest } from '../engine/prepare/prepare.ts';
import type { PodSpec } from '../manifest/pod-spec.ts';
import { openEngine } from './engine.ts';
import { addImageFlags, readImageArguments } from './image-flags.ts';
import type { ImageArgument } from './image-flags.ts';
import { shownLog } from './log.ts';
import {
  dirOption,
  insecureOption,
  jsonOption,
  platformOf,
  platformOption,
  SECURE,
  storeRoot,
} from './options.ts';
import type { Insecure, SharedOptions } from './options.ts';
import { podsOfFile } from './pod-file.ts';
import { printJson, printLine } from './print.ts';
import { progressView } from './progress.ts';
import { addRegistryFlags, registrySettings, shortNamesOption } from './registry-flags.ts';
import type { RegistryFlags, ShortNameFlags } from './registry-flags.ts';
import { shortNamesOf } from './short-names.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

interface PrepareOptions extends SharedOptions, RegistryFlags, ShortNameFlags {
  readonly insecureOptions?: Insecure;
  readonly podManifest?: string;
  readonly document?: string;
}

/** `larder prepare IMAGE… | --pod-manifest FILE` */
export function addPrepare(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command('prepare')
    .description('make a pod that is ready to run: resolve and render its images, and print its UUID')
    .usage('[options] [image] [flags of this image] ... | --pod-manifest <file>')
    .argument('[image...]', 'paths, URLs, docker://REFERENCE, or appc names')
    .passThroughOptions();
  addOptions(command).action(async () => {
    const { images, options } = readImageArguments(command, () => addOptions(new Command()));
    finish(await prepare(images, options, command.opts(), terminal));
  });
}

function addOptions(command: Command): Command {
  return addRegistryFlags(addImageFlags(command))
    .option('--pod-manifest <file>', 'a PodManifest of appc (JSON), or a manifest of Kubernetes (YAML, JSON)')
    .addOption(new Option('--document <number or name>', 'which of several pods of the file, from 1'))
    .addOption(dirOption())
    .addOption(platformOption())
    .addOption(insecureOption())
    .addOption(shortNamesOption())
    .addOption(jsonOption());
}

async function prepare(
  images: readonly ImageArgument[],
  options: PrepareOptions,
  flags: { readonly fetch?: boolean; readonly forceFetch?: true; readonly cache?: boolean },
  terminal: Terminal,
): Promise<ExitCode> {
  const { podManifest, document } = options;
  if ((podManifest === undefined) === (images.length === 0)) {
    throw new LarderError('E_USAGE', 'larder prepare takes either images or --pod-manifest with a file.');
  }
  if (document !== undefined && podManifest === undefined) {
    throw new LarderError('E_USAGE', '--document chooses a pod of a --pod-manifest.');
  }
  const request =
    podManifest === undefined
      ? await listRequest(images, options, terminal)
      : await fileRequest(podManifest, options, flags, terminal);
  const view = progressView(terminal.stderr);
  const log = shownLog((line) => view.log(line));
  const registries = registrySettings(options, terminal);
  const engine = await openEngine(
    storeRoot(options, terminal),
    options.insecureOptions ?? SECURE,
    registries,
    log,
  );
  return terminal.cancellable(async (signal) => {
    const progress = view.start(request.from);
    try {
      const prepared = await engine.prepare(request, { signal, onProgress: progress.update });
      progress.end();
      view.stop();
      report(prepared, options, terminal);
      return EXIT.done;
    } finally {
      progress.end();
      view.stop();
      await engine.close();
    }
  });
}

async function listRequest(
  images: readonly ImageArgument[],
  options: PrepareOptions,
  terminal: Terminal,
): Promise<PrepareRequest> {
  const platform = platformOf(options, terminal);
  const aliases = await shortNamesOf(options, terminal);
  const wanted = images.map(({ text, mode, noCache, signature }): WantedImage => ({
    name: text,
    image: parseImage(text, { cwd: terminal.cwd, platform, aliases }),
    modes: [mode],
    noCache,
    ...(signature !== undefined && { signature: resolve(terminal.cwd, signature) }),
  }));
  const from = images.map(({ text }) => text).join(' ');
  return { source: { kind: 'images' }, from, images: wanted, platform };
}

async function fileRequest(
  file: string,
  options: PrepareOptions,
  flags: { readonly fetch?: boolean; readonly forceFetch?: true; readonly cache?: boolean },
  terminal: Terminal,
): Promise<PrepareRequest> {
  const platform = platformOf(options, terminal);
  const spec = chosen(await podsOfFile(file, terminal), file, options.document);
  const mode = flags.fetch === false ? 'store' : flags.forceFetch ? 'remote' : 'default';
  const aliases = await shortNamesOf(options, terminal);
  const request = podRequest(spec, { mode, noCache: flags.cache === false }, { platform, aliases });
  return { ...request, from: resolve(terminal.cwd, file), platform };
}

function chosen(pods: readonly PodSpec[], file: string, wanted: string | undefined): PodSpec {
  const names = pods.map(
    ({ kind, name }, index) => `${index + 1}: ${kind}${name === undefined ? '' : ` ${printable(name)}`}`,
  );
  if (pods.length === 0) {
    throw new LarderError('E_POD', `${quote(file)} has no pod in it; name a manifest that has one.`);
  }
  const [only, ...others] = pods;
  if (wanted === undefined) {
    if (only !== undefined && others.length === 0) return only;
    throw new LarderError(
      'E_USAGE',
      `${quote(file)} has several pods; choose one with --document (${names.join(', ')}).`,
    );
  }
  const found = pods.filter(({ name }, index) => name === wanted || String(index + 1) === wanted);
  if (found[0] !== undefined && found.length === 1) return found[0];
  const why = found.length === 0 ? 'has no pod' : 'has several pods';
  throw new LarderError(
    'E_USAGE',
    `${quote(file)} ${why} ${quote(wanted)}; choose one of ${names.join(', ')}.`,
  );
}

function report(
  { uuid, path, notes, unmapped }: Prepared,
  { json }: PrepareOptions,
  terminal: Terminal,
): void {
  if (json) {
    printJson(terminal, {
      uuid,
      path,
      notes,
      unmapped: unmapped.map(({ path: at, why }) => ({ path: at, why })),
    });
    return;
  }
  for (const note of notes) printLine(terminal.stderr, printable(note));
  for (const { path: at, why } of unmapped)
    printLine(terminal.stderr, `not mapped: ${printable(at)}: ${printable(why)}`);
  printLine(terminal.stdout, uuid);
}
