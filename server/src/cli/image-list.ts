import type { Command } from 'commander';
import { age, duration } from '../domain/age.ts';
import { formatBytes } from '../domain/bytes.ts';
import { freshnessOf } from '../domain/freshness.ts';
import type { Freshness } from '../domain/freshness.ts';
import { parseImage } from '../domain/image-argument.ts';
import { defaultPlatform } from '../domain/platform.ts';
import type { StoreRecord, StoredImage } from '../domain/record.ts';
import type { StoreView } from '../domain/store-view.ts';
import { freshnessJson, storeJson } from './json.ts';
import { dirOption, jsonOption, storeRoot } from './options.ts';
import type { SharedOptions } from './options.ts';
import { printJson, printLine, table } from './print.ts';
import { readStore, viewOf } from './read-store.ts';
import { EXIT } from './terminal.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** An image, and how fresh it is as what it was fetched as. */
interface Row {
  readonly record: StoreRecord;
  /** Null when no URL leads to the image. */
  readonly freshness: Freshness | null;
}

const HEADINGS = ['IMAGE ID', 'NAME', 'VERSION', 'PLATFORM', 'SIZE', 'IMPORTED', 'SIGNED BY', 'FRESHNESS'];

/** `larder image list` */
export function addImageList(image: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  image
    .command('list')
    .description('list the images in the store, newest first')
    .addOption(dirOption())
    .addOption(jsonOption())
    .action(async (options: SharedOptions) => {
      const now = terminal.now();
      const rows = await readStore(storeRoot(options, terminal), (state) =>
        readRows(viewOf(state), terminal, now),
      );
      if (options.json) printJson(terminal, rows.map(rowJson));
      else if (rows.length === 0) printLine(terminal.stderr, 'The store is empty.');
      else
        printLine(
          terminal.stdout,
          table(
            HEADINGS,
            rows.map((row) => cells(row, now)),
          ),
        );
      finish(EXIT.done);
    });
}

function readRows(view: StoreView, { cwd, arch }: Terminal, now: number): Row[] {
  return view.images().map((image) => {
    const { imageId: id } = image;
    const record = view.find({ kind: 'id', canonical: id, id }, '') ?? { image, remote: null };
    if (record.remote === null) return { record, freshness: null };
    const fetchedAs = parseImage(record.remote.url, { cwd, platform: defaultPlatform(arch) });
    return { record, freshness: freshnessOf(fetchedAs, record, now) };
  });
}

function rowJson({ record, freshness }: Row): object {
  return {
    ...storeJson(record),
    url: record.remote?.url ?? null,
    freshness: freshness && freshnessJson(freshness),
  };
}

/** The ID is cut to what is enough as an argument. */
function cells({ record: { image }, freshness }: Row, now: number): string[] {
  const { version = '-', os = '-', arch = '-', ...labels } = image.labels;
  return [
    image.imageId.slice(0, 'sha512-'.length + 12),
    [image.name, ...Object.entries(labels).map(([label, value]) => `${label}=${value}`)].join(','),
    version,
    `${os}/${arch}`,
    formatBytes(image.size),
    age(image.importedAt, now),
    signersWords(image),
    freshness === null ? '-' : freshnessWords(freshness, now),
  ];
}

function signersWords({ signers }: StoredImage): string {
  return signers.length === 0 ? '-' : signers.map(({ identity }) => identity).join(', ');
}

function freshnessWords({ state, since, until, checkedAt }: Freshness, now: number): string {
  if (until !== null) return `${state}, ${duration(until - now)} left`;
  if (state === 'stale' && since !== null) return `went stale ${age(since, now)}`;
  return checkedAt === null ? state : `${state}, checked ${age(checkedAt, now)}`;
}
