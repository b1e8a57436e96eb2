import { formatBytes } from '../domain/bytes.ts';
import { LarderError } from '../domain/errors.ts';
import { imagesKeptBy } from '../domain/garbage.ts';
import { parseGoDuration } from '../domain/go-duration.ts';
import type { Image } from '../domain/image.ts';
import type { GcReport } from '../engine/care/gc.ts';
import type { GcArguments, GcResult } from '../protocol.ts';
import type { CommandContext } from './command-context.ts';
import { keptWords, removedWords, unreadWords } from './gc-words.ts';

/**
 * `larder.gc`: removes what neither a manifest of the client, nor a prepared pod, nor anybody lately needs; or says what that is.
 * @throws LarderError E_FILE when manifests that may name images cannot be read, and nobody has accepted that; E_CONFIG,
 *   E_CANCELLED, and those of the store
 */
export async function collectGarbage(
  argument: Required<GcArguments>,
  context: CommandContext,
): Promise<GcResult> {
  const { dryRun, gracePeriod, acceptUnread } = argument;
  const { jobs, config, platform, manifests, reporter, signal, log, show } = context;
  reporter.begin(
    dryRun ? 'Looking for what can go from the store' : 'Freeing disk space',
    undefined,
    '',
    true,
  );
  try {
    const folders = await manifests.folders();
    const named = await namedImages(context);
    const { unread } = named;
    if (!dryRun && !acceptUnread && unread.length > 0) throw refusal(unread);
    reporter.report('looking through the store');
    const request = {
      ...{ dryRun, keep: named.images, platform },
      gracePeriod: parseGoDuration(gracePeriod),
    };
    const report = await jobs.gc(config, request, { signal, onProgress: () => undefined });
    const result = {
      ...resultOf(report),
      kept: keptWords(report, { folders: folders.length, manifests: named.manifests, gracePeriod, unread }),
      unread,
    };
    if (dryRun) return result;
    for (const { kind, id, bytes } of report.removed)
      log.info(`Removed the ${kind} ${id}: ${formatBytes(bytes)}.`);
    show('info', doneSentence(result));
    return result;
  } finally {
    reporter.done();
  }
}

interface Named {
  readonly images: readonly Image[];
  /** How many manifests name them. */
  readonly manifests: number;
  readonly unread: GcResult['unread'];
}

async function namedImages({ manifests, platform, reporter, signal }: CommandContext): Promise<Named> {
  // Many manifests name the same one.
  const images = new Map<string, Image>();
  const unread: GcResult['unread'][number][] = [];
  const uris = new Set<string>();
  for await (const { snapshot } of manifests.everything(signal, (path, why) => unread.push({ path, why }))) {
    const { document, manifest, parse } = snapshot;
    for (const image of imagesKeptBy(manifest, parse, platform)) {
      images.set(image.canonical, image);
      uris.add(document.uri);
    }
    reporter.report(uris.size === 1 ? '1 manifest' : `${uris.size} manifests`);
  }
  return { images: [...images.values()], manifests: uris.size, unread };
}

function refusal(unread: GcResult['unread']): LarderError {
  return new LarderError(
    'E_FILE',
    `Nothing was removed, because ${unreadWords(unread)} and may name images that are to stay; correct that, or say with \`acceptUnread\` that they may go.`,
  );
}

function resultOf(report: GcReport): Omit<GcResult, 'kept' | 'unread'> {
  const { removed, bytes } = report;
  const images = removed.filter(({ kind }) => kind === 'image').length;
  return { images, bytes, size: formatBytes(bytes), what: removedWords(report) };
}

function doneSentence({ what, size, kept }: GcResult): string {
  if (what === null) return `There was nothing to free. ${kept}`;
  return `Freed ${size} by removing ${what} from the store.`;
}
