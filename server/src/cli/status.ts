import type { Command } from 'commander';
import { formatBytes } from '../domain/bytes.ts';
import { imagesOf } from '../domain/images-of.ts';
import type { PodImage } from '../domain/images-of.ts';
import { rememberingParser, statusReader } from '../domain/image-status.ts';
import type { ImageStatus, Stored } from '../domain/image-status.ts';
import { statusWords } from '../features/status-words.ts';
import { freshnessJson, imageFields, storeJson } from './json.ts';
import { placeOf, readManifestFiles } from './manifest-files.ts';
import type { ManifestFile } from './manifest-files.ts';
import { dirOption, jsonOption, platformOf, platformOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printJson, printLine, table } from './print.ts';
import { readStore } from './read-store.ts';
import { addShortNameFlags } from './registry-flags.ts';
import type { ShortNameFlags } from './registry-flags.ts';
import { shortNamesOf } from './short-names.ts';
import { storeStatus } from './status-store.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

type StatusOptions = SharedOptions & ShortNameFlags;

/** An image of a manifest, where it stands, and what is known of it. */
interface Row extends PodImage {
  readonly file: ManifestFile;
  readonly status: ImageStatus;
}

/** `larder status [FILE…]` */
export function addStatus(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const command = program
    .command('status')
    .description(
      'list the images of manifests: what the store has of them, and how fresh it is; or what the store takes of its disk',
    )
    .argument('[file...]', 'Kubernetes YAML or JSON, or appc PodManifests; none: the store itself')
    .addOption(dirOption())
    .addOption(platformOption())
    .addOption(jsonOption());
  addShortNameFlags(command).action(async (names: string[], options: StatusOptions) => {
    finish(await (names.length === 0 ? storeStatus(options, terminal) : status(names, options, terminal)));
  });
}

async function status(
  names: readonly string[],
  options: StatusOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const platform = platformOf(options, terminal);
  const shortNames = await shortNamesOf(options, terminal);
  const now = terminal.now();
  const { files, allRead } = await readManifestFiles(names, terminal);
  const rows = await readStore(storeRoot(options, terminal), (store) => {
    const statusOf = statusReader(
      { store, platform, now },
      rememberingParser(() => shortNames),
    );
    return files.flatMap((file) =>
      [...imagesOf(file.manifest)].map((image): Row => ({ ...image, file, status: statusOf(image.source) })),
    );
  });
  if (options.json) printJson(terminal, rows.map(rowJson));
  else if (rows.length === 0) printLine(terminal.stderr, 'No images.');
  else
    printLine(
      terminal.stdout,
      table(
        ['WHERE', 'IMAGE', 'POLICY', 'STATUS', 'SIZE'],
        rows.map((row) => cells(row, now)),
      ),
    );
  return allRead ? EXIT.done : EXIT.failed;
}

function cells({ file, source, status }: Row, now: number): string[] {
  const { line } = placeOf(file, source.image.span.start);
  const known = status.kind === 'image' ? status : undefined;
  const policy = known?.policy?.policy ?? source.pullPolicy?.value ?? '-';
  return [`${file.name}:${line}`, source.image.value, policy, words(status, now), sizeWords(known?.stored)];
}

function words(status: ImageStatus, now: number): string {
  switch (status.kind) {
    case 'unresolved':
      return 'templated';
    case 'invalid':
      return 'not a valid reference';
    case 'image':
      return statusWords(status.stored, now).words;
  }
}

function sizeWords(stored: Stored | undefined): string {
  return stored?.kind === 'known' && stored.record ? formatBytes(stored.record.image.size) : '-';
}

function rowJson({ file, pod, source, status }: Row): object {
  const { role, name = null, image, pullPolicy } = source;
  const known = status.kind === 'image' ? status : undefined;
  const stored = known?.stored.kind === 'known' ? known.stored : undefined;
  return {
    file: file.name,
    ...placeOf(file, image.span.start),
    pod: { kind: pod.kind, name: pod.name ?? null },
    role,
    name,
    image: image.value,
    unresolved: status.kind === 'unresolved',
    pullPolicy: pullPolicy?.value ?? null,
    effectivePolicy: known?.policy ?? null,
    reference: known ? imageFields(known.image) : null,
    store: storeJson(stored?.record),
    freshness: stored ? freshnessJson(stored.freshness) : null,
    error: errorOf(status),
  };
}

function errorOf(status: ImageStatus): { code: string | null; message: string } | null {
  if (status.kind === 'invalid') return { code: status.error.code, message: status.error.message };
  if (status.kind === 'image' && status.stored.kind === 'unknown')
    return { code: null, message: status.stored.why };
  return null;
}
