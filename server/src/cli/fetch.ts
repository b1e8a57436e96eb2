import { Command } from 'commander';
import { resolve } from 'node:path';
import pLimit from 'p-limit';
import { LarderError, toLarderError } from '../domain/errors.ts';
import { parseImage } from '../domain/image-argument.ts';
import type { ImageBase } from '../domain/image-argument.ts';
import type { Image } from '../domain/image.ts';
import type { FetchOutcome } from '../engine/progress.ts';
import { printable } from '../domain/quote.ts';
import { withDockerHint } from './docker-hint.ts';
import { openEngine } from './engine.ts';
import type { CommandEngine } from './engine.ts';
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
import { errorLine, printJson, printLine } from './print.ts';
import { progressView } from './progress.ts';
import type { ProgressView } from './progress.ts';
import { addRegistryFlags, registrySettings, shortNamesOption } from './registry-flags.ts';
import type { RegistryFlags, ShortNameFlags } from './registry-flags.ts';
import { shortNamesOf } from './short-names.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** Images fetched at once: enough to keep the network busy while one is converted. */
const AT_ONCE = 3;

interface FetchOptions extends SharedOptions, RegistryFlags, ShortNameFlags {
  readonly insecureOptions?: Insecure;
}

/** What became of one image: a part of `larder fetch --json`. */
type Result =
  | {
      readonly image: string;
      readonly kind: Image['kind'];
      readonly imageId: string;
      readonly outcome: FetchOutcome;
    }
  | {
      readonly image: string;
      readonly kind: Image['kind'] | null;
      readonly imageId: null;
      readonly outcome: 'failed';
      readonly error: Pick<LarderError, 'code' | 'message'>;
    };

const OUTCOME: Readonly<Record<FetchOutcome, string>> = {
  store: 'already in the store',
  cached: 'in the store and still fresh, nothing was asked',
  revalidated: 'not changed',
  fetched: 'fetched',
};

/** `larder fetch IMAGE…` */
export function addFetch(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command('fetch')
    .description('fetch images into the store, and print their image IDs')
    .usage('[options] <image> [flags of this image] ...')
    .argument('<image...>', 'paths, URLs, docker://REFERENCE, or appc names')
    .passThroughOptions();
  addOptions(command).action(async () => {
    const { images, options } = readImageArguments(command, () => addOptions(new Command()));
    if (images.some(({ mode }) => mode === 'store')) {
      throw new LarderError(
        'E_USAGE',
        'fetch without going to the remote would do nothing, so it has no --no-fetch; larder explain shows what the store holds.',
      );
    }
    finish(await fetch(images, options, terminal));
  });
}

function addOptions(command: Command): Command {
  return addRegistryFlags(addImageFlags(command))
    .addOption(dirOption())
    .addOption(platformOption())
    .addOption(insecureOption())
    .addOption(shortNamesOption())
    .addOption(jsonOption());
}

async function fetch(
  images: readonly ImageArgument[],
  options: FetchOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const platform = platformOf(options, terminal);
  const view = progressView(terminal.stderr);
  const log = shownLog((line) => view.log(line));
  const insecure = options.insecureOptions ?? SECURE;
  const registries = registrySettings(options, terminal);
  const aliases = await shortNamesOf(options, terminal);
  const engine = await openEngine(storeRoot(options, terminal), insecure, registries, log);
  return terminal.cancellable(async (signal) => {
    const limit = pLimit(AT_ONCE);
    const base = { cwd: terminal.cwd, platform, aliases };
    const context = { base, signal, engine, view, terminal };
    const results = await Promise.all(images.map((image) => limit(() => fetchOne(image, context))));
    // Only now: on a terminal, IDs among the bars would be drawn over.
    view.stop();
    await engine.close();
    report(results, options, terminal);
    if (signal.aborted) throw signal.reason;
    return results.some(({ outcome }) => outcome === 'failed') ? EXIT.failed : EXIT.done;
  });
}

function report(results: readonly Result[], { json }: FetchOptions, terminal: Terminal): void {
  if (json) {
    printJson(terminal, results);
    return;
  }
  for (const { imageId } of results) if (imageId !== null) printLine(terminal.stdout, imageId);
}

interface FetchContext {
  readonly base: ImageBase;
  readonly signal: AbortSignal;
  readonly engine: CommandEngine;
  readonly view: ProgressView;
  readonly terminal: Terminal;
}

/** Fetches one image on its own: what happens to it stops no other. */
async function fetchOne(argument: ImageArgument, context: FetchContext): Promise<Result> {
  const { text, mode, noCache } = argument;
  const { base, signal, engine, view, terminal } = context;
  const { platform } = base;
  const progress = view.start(text);
  let image: Image | undefined;
  try {
    image = parseImage(text, base);
    signal.throwIfAborted();
    const watch = { signal, onProgress: progress.update };
    const signature =
      argument.signature === undefined ? {} : { signature: resolve(terminal.cwd, argument.signature) };
    const { imageId, outcome } = await engine.fetch({ image, mode, noCache, platform, ...signature }, watch);
    view.log(`${printable(text)}: ${OUTCOME[outcome]}`);
    return { image: text, kind: image.kind, imageId, outcome };
  } catch (thrown) {
    const failure = toLarderError(thrown, `fetching ${text}`);
    const error = image === undefined ? failure : withDockerHint(failure, text, image);
    // That the command was cancelled is said once, for all.
    if (!signal.aborted) view.log(errorLine(error, terminal));
    const { code, message } = error;
    return {
      image: text,
      kind: image?.kind ?? null,
      imageId: null,
      outcome: 'failed',
      error: { code, message },
    };
  } finally {
    progress.end();
  }
}
