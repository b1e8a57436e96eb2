import type { CodeLens, Command as LspCommand } from 'vscode-languageserver';
import { statusReader } from '../domain/image-status.ts';
import type { ImageStatus } from '../domain/image-status.ts';
import type { ManifestImage, Pod } from '../manifest/manifest.ts';
import { Command } from '../protocol.ts';
import type { FetchArguments } from '../protocol.ts';
import { fetchItems } from './images.ts';
import { prepareCommands } from './prepare-commands.ts';
import { rangeOf } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** One line above each pod: how many of its images are in the store, and offers to fetch those that are not, and to prepare it. */
export function codeLenses(snapshot: Snapshot, context: FeatureContext): CodeLens[] {
  if (!context.settings.codeLens) return [];
  const statusOf = statusReader(context, snapshot.parse);
  return snapshot.manifest.documents
    .flatMap(({ pods }) => pods)
    .filter(({ images }) => images.length > 0)
    .flatMap((pod) => {
      // Above its first key: between `apiVersion` and `kind` it would read as a part of the manifest.
      const range = rangeOf(snapshot, { start: pod.span.start, end: pod.span.start });
      const commands = [...commandsOf(pod, statusOf), ...prepareCommands('Prepare', pod, snapshot, statusOf)];
      return commands.map((command) => ({ range, command }));
    });
}

function commandsOf(pod: Pod, statusOf: (source: ManifestImage) => ImageStatus): LspCommand[] {
  // VS Code shows a command without a name as plain text: the summary does nothing when it is clicked.
  const summary = { title: summaryOf(pod, statusOf), command: '' };
  const missing = fetchItems(
    pod.images.map((source) => ({ pod, source })),
    'missing',
    statusOf,
  );
  if (missing.length === 0) return [summary];
  const fetch: FetchArguments = { images: missing };
  return [summary, { title: 'Fetch missing', command: Command.fetch, arguments: [fetch] }];
}

/** "3 images: 2 in store, 1 missing"; an image that two containers share counts once. */
function summaryOf({ images }: Pod, statusOf: (source: ManifestImage) => ImageStatus): string {
  const distinct = new Map(images.map((source) => [source.image.value, source]));
  const counts = new Map<string, number>();
  for (const source of distinct.values()) {
    const word = wordOf(statusOf(source));
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = ORDER.filter((word) => counts.has(word)).map((word) => `${counts.get(word) ?? 0} ${word}`);
  return `${distinct.size} ${distinct.size === 1 ? 'image' : 'images'}: ${parts.join(', ')}`;
}

const ORDER = ['in store', 'stale', 'moved', 'missing', 'unknown', 'unresolved', 'invalid'] as const;

function wordOf(status: ImageStatus): (typeof ORDER)[number] {
  if (status.kind !== 'image') return status.kind;
  if (status.stored.kind === 'unknown') return 'unknown';
  const { state } = status.stored.freshness;
  return state === 'missing' || state === 'stale' || state === 'moved' ? state : 'in store';
}
