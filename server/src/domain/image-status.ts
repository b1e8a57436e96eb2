import type { ManifestImage } from '../manifest/manifest.ts';
import { toLarderError } from './errors.ts';
import type { LarderError } from './errors.ts';
import { freshnessOf } from './freshness.ts';
import type { Freshness } from './freshness.ts';
import { imageOfManifest } from './image-argument.ts';
import type { Image, Platform } from './image.ts';
import { formatPlatform } from './platform.ts';
import { effectivePolicy, isPullPolicy } from './pull-policy.ts';
import type { EffectivePolicy } from './pull-policy.ts';
import type { StoreRecord } from './record.ts';
import type { ShortNames } from './short-names.ts';
import type { StoreState } from './store-view.ts';

/** What the store has for an image, or the sentence that says why that is not known. */
export type Stored =
  | { readonly kind: 'known'; readonly record: StoreRecord | undefined; readonly freshness: Freshness }
  | { readonly kind: 'unknown'; readonly why: string };

/** Everything that is known here and now about an image of a manifest. */
export type ImageStatus =
  | { readonly kind: 'unresolved' }
  | { readonly kind: 'invalid'; readonly error: LarderError }
  | {
      readonly kind: 'image';
      readonly image: Image;
      /** Undefined where there is none: in an appc PodManifest, or when what is written is not a policy. */
      readonly policy: EffectivePolicy | undefined;
      readonly stored: Stored;
    };

type Parsed = Image | { readonly error: LarderError };

/** Reads the text of an image. */
export type ParseImage = (source: ManifestImage, platform: Platform) => Parsed;

/** How many texts are remembered: more than people open at once. When there are as many, all are forgotten. */
const MAX_TEXTS = 10_000;
/** Longer texts are no references; to remember them would take memory without bound. */
const MAX_LENGTH = 1_000;

/**
 * A parser that remembers what it read, of many documents and their versions: while someone types, nearly all images are as
 * they were at the keystroke before.
 * @param shortNames tells at each image what short names stand for, as in {@link imageOfManifest}; another map means that docker's
 *   images are read anew
 */
export function rememberingParser(shortNames: () => ShortNames | undefined = () => undefined): ParseImage {
  const docker = new Map<string, Parsed>();
  const appc = new Map<string, Parsed>();
  let last: ShortNames | undefined;
  return ({ image: { value: text }, syntax }, platform) => {
    const aliases = shortNames();
    if (aliases !== last) docker.clear();
    last = aliases;
    if (text.length > MAX_LENGTH) return parse(text, syntax, platform, aliases);
    // Only appc names take labels from the platform. Every keystroke comes here for every image: no key is built for docker.
    const [known, key] = syntax === 'docker' ? [docker, text] : [appc, `${formatPlatform(platform)} ${text}`];
    const before = known.get(key);
    if (before !== undefined) return before;
    const kept = ownCopy(key);
    const parsed = parse(syntax === 'docker' ? kept : ownCopy(text), syntax, platform, aliases);
    if (known.size >= MAX_TEXTS) known.clear();
    known.set(kept, parsed);
    return parsed;
  };
}

/** A text cut from a document keeps all of the document alive. */
function ownCopy(slice: string): string {
  return ` ${slice}`.slice(1);
}

function parse(
  text: string,
  syntax: ManifestImage['syntax'],
  platform: Platform,
  aliases: ShortNames | undefined,
): Parsed {
  try {
    return imageOfManifest(text, syntax, platform, aliases);
  } catch (error) {
    return { error: toLarderError(error, 'reading an image reference') };
  }
}

export interface Surroundings {
  readonly store: StoreState;
  readonly platform: Platform;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Tells the status of images; the store is asked once for each distinct image. To be used for one answer, as the store and
 * the time move on.
 */
export function statusReader(
  { store, platform, now }: Surroundings,
  parseImage: ParseImage,
): (source: ManifestImage) => ImageStatus {
  const platformText = formatPlatform(platform);
  const known = new Map<Image, Stored>();
  const storedOf = (image: Image): Stored => {
    const before = known.get(image);
    if (before !== undefined) return before;
    const stored = lookUp(image, store, platformText, now);
    known.set(image, stored);
    return stored;
  };
  return (source) => {
    if (source.unresolved) return { kind: 'unresolved' };
    const parsed = parseImage(source, platform);
    if ('error' in parsed) return { kind: 'invalid', error: parsed.error };
    return { kind: 'image', image: parsed, policy: policyOf(source, parsed), stored: storedOf(parsed) };
  };
}

function lookUp(image: Image, store: StoreState, platform: string, now: number): Stored {
  if (store.kind === 'unknown') return store;
  try {
    const record = store.view.find(image, platform);
    return { kind: 'known', record, freshness: freshnessOf(image, record, now) };
  } catch (error) {
    return { kind: 'unknown', why: toLarderError(error, 'looking into the store').message };
  }
}

function policyOf({ pullPolicy }: ManifestImage, image: Image): EffectivePolicy | undefined {
  if (image.kind !== 'docker') return undefined;
  // The API server defaults an empty policy as it does an absent one.
  const written = pullPolicy?.value === '' ? undefined : pullPolicy?.value;
  if (written !== undefined && !isPullPolicy(written)) return undefined;
  return effectivePolicy(image.reference, written);
}
