import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction } from 'vscode-languageserver';
import { imagesOf, touches } from '../domain/images-of.ts';
import type { PodImage } from '../domain/images-of.ts';
import { statusReader } from '../domain/image-status.ts';
import { quote } from '../domain/quote.ts';
import type { Finding } from '../domain/rules/index.ts';
import type { Pod, Span } from '../manifest/manifest.ts';
import { Command } from '../protocol.ts';
import type { FetchArguments, FetchItem } from '../protocol.ts';
import type { RuleCode } from '../settings/settings.ts';
import { toDiagnostic } from './diagnostics.ts';
import { fetchItems } from './images.ts';
import { prepareCommands } from './prepare-commands.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** Kind of the actions that fetch: a client can bind a key to it. */
export const FETCH_KIND = 'larder.fetch';
/** Kind of the action that prepares a pod. */
export const PREPARE_KIND = 'larder.prepare';

/** Rules whose findings a fetch of this mode ends. */
const ENDED_BY: Readonly<Record<FetchItem['mode'], readonly RuleCode[]>> = {
  default: ['never-but-missing'],
  remote: ['stale-image', 'moved-tag'],
};

/** Actions that fetch the images in a span, and all of the pod that they belong to, and prepare it. */
export function fetchActions(
  snapshot: Snapshot,
  span: Span,
  found: readonly Finding[],
  context: FeatureContext,
): CodeAction[] {
  const statusOf = statusReader(context, snapshot.parse);
  const within = [...imagesOf(snapshot.manifest, span)];
  const all = fetchItems(within, 'all', statusOf);
  const pod = within[0]?.pod ?? podAt(snapshot, span);
  const endedBy = (mode: FetchItem['mode']): Partial<CodeAction> => {
    const ended = found.filter(({ rule }) => ENDED_BY[mode].includes(rule));
    if (ended.length === 0) return {};
    const diagnostics = ended.map((finding) => toDiagnostic(finding, snapshot, context));
    return { kind: CodeActionKind.QuickFix, diagnostics };
  };
  return [
    ...imageActions(all).map(({ mode, ...action }) => ({ ...action, ...endedBy(mode) })),
    ...(pod === undefined
      ? []
      : [
          ...podActions(pod, (sources, which) => fetchItems(sources, which, statusOf)),
          ...prepareCommands(`Prepare ${nameOf(pod)}`, pod, snapshot, statusOf).map((command) => ({
            title: command.title,
            kind: PREPARE_KIND,
            command,
          })),
        ]),
  ];
}

function imageActions(items: readonly FetchItem[]): (CodeAction & Pick<FetchItem, 'mode'>)[] {
  const [first] = items;
  if (first === undefined) return [];
  const what = items.length === 1 ? quote(first.image) : `${items.length} images`;
  const fetch = (title: string, mode: FetchItem['mode'], more?: { noCache: true }) => ({
    ...action(title, { images: items.map((item) => ({ ...item, mode })), ...more }),
    mode,
  });
  return [
    fetch(`Fetch ${what}`, 'default'),
    fetch(`Fetch ${what} with --force-fetch`, 'remote'),
    fetch(`Fetch ${what} with --no-cache`, 'remote', { noCache: true }),
  ];
}

function podActions(
  pod: Pod,
  itemsOf: (sources: PodImage[], which: 'missing' | 'policy') => FetchItem[],
): CodeAction[] {
  const sources = pod.images.map((source) => ({ pod, source }));
  const name = nameOf(pod);
  const missing = itemsOf(sources, 'missing');
  const byPolicy = itemsOf(sources, 'policy');
  const count = missing.length === 1 ? 'the missing image' : `the ${missing.length} missing images`;
  return [
    ...(missing.length > 0 ? [action(`Fetch ${count} of ${name}`, { images: missing })] : []),
    ...(byPolicy.length > 0
      ? [action(`Fetch the images of ${name}, each by its own pull policy`, { images: byPolicy })]
      : []),
  ];
}

function nameOf({ name, kind }: Pod): string {
  return name === undefined ? `this ${kind}` : `${kind} ${name}`;
}

function podAt({ manifest }: Snapshot, span: Span): Pod | undefined {
  return manifest.documents.flatMap(({ pods }) => pods).find(({ anchor }) => touches(anchor, span));
}

function action(title: string, fetch: FetchArguments): CodeAction {
  return { title, kind: FETCH_KIND, command: { title, command: Command.fetch, arguments: [fetch] } };
}
