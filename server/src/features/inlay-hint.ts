import type { InlayHint, Range } from 'vscode-languageserver';
import { imagesOf } from '../domain/images-of.ts';
import { statusReader } from '../domain/image-status.ts';
import type { Placed } from '../manifest/manifest.ts';
import { spanOf } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';
import { earliest, statusWords, wordsChangeAt } from './status-words.ts';

/** The inline status: what the store has for each image, written behind it. Only the asked range is looked at. */
export function inlayHints(snapshot: Snapshot, range: Range, context: FeatureContext): InlayHint[] {
  const { inlineStatus } = context.settings;
  if (inlineStatus === 'off') return [];
  const statusOf = statusReader(context, snapshot.parse);
  // An anchor and its aliases may lead to one place several times.
  const hints = new Map<number, InlayHint>();
  for (const { source } of imagesOf(snapshot.manifest, spanOf(snapshot, range))) {
    const status = statusOf(source);
    if (status.kind !== 'image') continue;
    const { words, problem } = statusWords(status.stored, context.now);
    if (inlineStatus === 'problems' && !problem) continue;
    const end = endOf(source.image, snapshot.document.getText());
    const why = status.stored.kind === 'unknown' ? status.stored.why : status.stored.freshness.why;
    hints.set(end, {
      position: snapshot.document.positionAt(end),
      label: words,
      paddingLeft: true,
      tooltip: `${status.image.canonical}: ${why}`,
    });
  }
  return [...hints.values()];
}

/**
 * When some inline status of the document will read otherwise by the passing of time alone.
 * @returns milliseconds since the epoch; null when never
 */
export function hintsChangeAt(snapshot: Snapshot, context: FeatureContext): number | null {
  const statusOf = statusReader(context, snapshot.parse);
  let next: number | null = null;
  for (const { source } of imagesOf(snapshot.manifest)) {
    const status = statusOf(source);
    if (status.kind === 'image') next = earliest(next, wordsChangeAt(status.stored, context.now));
  }
  return next;
}

/** Behind the value, and behind its quote if it has one. */
function endOf({ span }: Placed<string>, text: string): number {
  const quote = text[span.end];
  return (quote === '"' || quote === "'") && text[span.start - 1] === quote ? span.end + 1 : span.end;
}
