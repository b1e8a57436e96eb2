import { MarkupKind } from 'vscode-languageserver';
import type { Hover, Position } from 'vscode-languageserver';
import { age, duration } from '../domain/age.ts';
import { formatBytes } from '../domain/bytes.ts';
import type { Freshness } from '../domain/freshness.ts';
import { statusReader } from '../domain/image-status.ts';
import type { ImageStatus } from '../domain/image-status.ts';
import type { Image } from '../domain/image.ts';
import { imagesOf, touches } from '../domain/images-of.ts';
import { plan } from '../domain/plan.ts';
import { formatPlatform } from '../domain/platform.ts';
import { MODE_FLAG } from '../domain/pull-mode.ts';
import type { PullMode } from '../domain/pull-mode.ts';
import { fetchModeOf } from '../domain/pull-policy.ts';
import type { StoreRecord } from '../domain/record.ts';
import type { ManifestImage } from '../manifest/manifest.ts';
import { Command } from '../protocol.ts';
import type { FetchArguments } from '../protocol.ts';
import { blocks, code, commandLink, escape, lines } from './markdown.ts';
import { planWords } from './plan-words.ts';
import { policyHover } from './policy-hover.ts';
import { cursorAt, rangeOf } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

type Known = Extract<ImageStatus, { kind: 'image' }>;

/** Of an image ID, as many hex digits as an image argument may have at least, and two more. */
const SHORT_ID = 'sha512-'.length + 12;
const SHORT_DIGEST = 'sha256:'.length + 12;

/**
 * What is known about the image (or its pull policy) at a position, in three blocks of at most four lines: what it resolves
 * to, what the store has, what each mode would do now. In an image policy, what is at the position means. Nothing is asked;
 * the store's snapshot and the clock answer.
 */
export function hover(snapshot: Snapshot, position: Position, context: FeatureContext): Hover | null {
  const cursor = cursorAt(snapshot, position);
  const policy = snapshot.manifest.documents[0]?.policy;
  if (policy !== undefined) return policyHover(snapshot, policy, cursor.start, context);
  const statusOf = statusReader(context, snapshot.parse);
  for (const { source } of imagesOf(snapshot.manifest, cursor)) {
    const status = statusOf(source);
    const place = [source.image, source.pullPolicy].find((placed) => placed && touches(placed.span, cursor));
    // What is wrong with an invalid image is said by its diagnostic.
    if (place === undefined || status.kind === 'invalid') continue;
    const value =
      status.kind === 'unresolved'
        ? 'A template completes this value later, so what it resolves to is not known here.'
        : blocks(resolution(status, source, context), store(status, context), modes(status, source, context));
    return { contents: { kind: MarkupKind.Markdown, value }, range: rangeOf(snapshot, place.span) };
  }
  return null;
}

function resolution({ image, policy }: Known, source: ManifestImage, context: FeatureContext): string {
  const resolved = `${code(image.canonical)} for ${code(formatPlatform(context.platform))}`;
  const target = lines(resolved, ...aliasLine(image));
  if (policy === undefined) {
    const written = source.pullPolicy?.value;
    return written === undefined ? target : lines(target, `Pull policy ${code(written)}: not known here`);
  }
  const mode = fetchModeOf(policy.policy);
  const effect = mode === null ? 'it is not fetched' : `it is fetched in the mode ${code(MODE_FLAG[mode])}`;
  return lines(target, `Pull policy **${policy.policy}** (${policy.why}): ${effect}`);
}

function aliasLine(image: Image): string[] {
  const alias = image.kind === 'docker' ? image.alias : undefined;
  return alias === undefined ? [] : [`${code(alias.name)} is an alias for ${code(alias.target)}`];
}

function store({ image, stored }: Known, context: FeatureContext): string {
  if (stored.kind === 'unknown') return `The store could not be asked: ${escape(stored.why)}`;
  const { record, freshness } = stored;
  if (record === undefined) return 'Not in the store.';
  const { imageId, size, importedAt } = record.image;
  return lines(
    `In the store: ${code(imageId.slice(0, SHORT_ID))}, ${formatBytes(size)}, imported ${age(importedAt, context.now)}`,
    ...digestLine(record),
    freshnessLine(freshness, context.now),
    signatureLine(image, record),
  );
}

function digestLine({ remote }: StoreRecord): string[] {
  const docker = remote?.docker;
  if (docker) {
    const moved =
      docker.movedTo === null ? '' : `, now ${code(docker.movedTo.slice(0, SHORT_DIGEST))} at the registry`;
    return [`Digest ${code(docker.digest.slice(0, SHORT_DIGEST))}${moved}`];
  }
  const etag = remote?.http?.etag;
  return etag ? [`ETag ${code(etag.slice(0, 60))}`] : [];
}

function freshnessLine({ state, since, until, checkedAt, why }: Freshness, now: number): string {
  const checked = checkedAt === null ? 'never checked' : `checked ${age(checkedAt, now)}`;
  const sinceWhen = state !== 'stale' || since === null ? '' : ` (went stale ${age(since, now)})`;
  const untilWhen = until === null ? '' : `, for another ${duration(until - now)}`;
  return `**${state}**${sinceWhen}${untilWhen}: ${checked}; ${escape(why)}`;
}

function signatureLine(image: Image, { image: { signers } }: StoreRecord): string {
  if (signers.length > 0) {
    const names = signers.map(
      ({ identity, fingerprint }) => `${escape(identity)} (${code(fingerprint.slice(-16))})`,
    );
    return `Signed by ${names.join(', ')}`;
  }
  return image.kind === 'docker' ? 'unsigned: every byte checked against its digest' : 'unsigned';
}

function modes({ image, stored }: Known, source: ManifestImage, context: FeatureContext): string {
  const links = context.client.commandLinks === true ? [fetchLinks(source)] : [];
  if (stored.kind === 'unknown') return lines('What each mode would do depends on the store.', ...links);
  const wordsOf = (mode: PullMode): string => {
    const { record } = stored;
    const words = planWords(plan({ image, mode, record, now: context.now, noCache: false }));
    return `${code(MODE_FLAG[mode])} ${words}`;
  };
  return lines(wordsOf('default'), wordsOf('remote'), wordsOf('store'), ...links);
}

function fetchLinks({ image, syntax }: ManifestImage): string {
  const link = (title: string, mode: 'default' | 'remote', noCache: boolean): string => {
    const argument: FetchArguments = {
      images: [{ image: image.value, syntax, mode }],
      ...(noCache && { noCache }),
    };
    return commandLink(title, Command.fetch, argument);
  };
  return [
    link('Fetch', 'default', false),
    link('Fetch with \\-\\-force\\-fetch', 'remote', false),
    link('Fetch with \\-\\-no\\-cache', 'remote', true),
  ].join(' · ');
}
