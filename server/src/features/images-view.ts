import { statusReader } from '../domain/image-status.ts';
import type { ImageStatus, ParseImage, Stored } from '../domain/image-status.ts';
import { printable } from '../domain/quote.ts';
import type { ManifestImage } from '../manifest/manifest.ts';
import type { ImageLabel, ImagesView, WorkspaceImage, WorkspaceImageState } from '../protocol.ts';
import { imageLabel } from './image-label.ts';
import { storeImages, storeImagesChangeAt } from './images-view-store.ts';
import { code, escape, lines } from './markdown.ts';
import type { NamedImage } from './named-images.ts';
import type { FeatureContext } from './snapshot.ts';
import { earliest, statusWords, wordsChangeAt } from './status-words.ts';

/** In the order in which they are shown: what wants attention first. */
const STATES: readonly WorkspaceImageState[] = [
  'missing',
  'moved',
  'stale',
  'unknown',
  'invalid',
  'unresolved',
  'stored',
  'pinned',
];

export interface ViewedImages {
  readonly view: ImagesView;
  /** When some of its words become untrue by the passing of time alone: milliseconds since the epoch; null for never. */
  readonly changesAt: number | null;
}

/**
 * Answers an ImagesViewRequest. Nothing is asked: the store's snapshot and the clock answer.
 * @param named what the manifests of the workspace name
 * @param podsOf how many prepared pods use an image, by its full ID
 */
export function imagesView(
  named: Iterable<NamedImage>,
  podsOf: ReadonlyMap<string, number>,
  context: FeatureContext,
  parse: ParseImage,
): ViewedImages {
  const statusOf = statusReader(context, parse);
  const groups = new Map<string, Group>();
  for (const { source, place } of named) {
    const { syntax, image } = source;
    const key = `${syntax} ${image.value}`;
    const status = statusOf(source);
    const group = groups.get(key) ?? { source, status, policies: new Set(), places: [] };
    groups.set(key, group);
    const policy = policyOf(status);
    if (policy !== undefined) group.policies.add(policy);
    group.places.push(place);
  }
  const found = [...groups.values()];
  const workspace = found.map((group) => workspaceImage(group, context)).sort(byAttention);
  const changesAt = found
    .map(({ status }) => (status.kind === 'image' ? wordsChangeAt(status.stored, context.now) : null))
    .reduce(earliest, storeImagesChangeAt(context));
  const store = storeImages(workspace, podsOf, context);
  const failure = context.store.kind === 'unknown' ? context.store.why : null;
  return { view: { workspace, store, failure }, changesAt };
}

/** The places that name the same image by the same text. */
interface Group {
  readonly source: ManifestImage;
  /** But for the pull policy it is the same in all places. */
  readonly status: ImageStatus;
  readonly policies: Set<string>;
  readonly places: NamedImage['place'][];
}

function workspaceImage(
  { source, status, policies, places }: Group,
  { now }: FeatureContext,
): WorkspaceImage {
  const { syntax, image } = source;
  const { state, words } = stateOf(status, now);
  const record = status.kind === 'image' && status.stored.kind === 'known' ? status.stored.record : undefined;
  const canonical = status.kind === 'image' ? status.image.canonical : null;
  const asked = policies.size === 0 ? [] : [`Pull policy ${[...policies].map(escape).join(' and ')}`];
  return {
    image: image.value,
    syntax,
    ...labelOf(status, image.value),
    canonical,
    state,
    words,
    imageId: record?.image.imageId ?? null,
    policies: [...policies],
    places,
    tooltip: lines(code(canonical ?? image.value), explained(status, words), ...asked, placesWords(places)),
  };
}

/** What is no image has no host either. */
function labelOf({ kind }: ImageStatus, text: string): ImageLabel {
  const label = imageLabel(text);
  return kind === 'image' ? label : { ...label, short: label.label, host: null };
}

function policyOf(status: ImageStatus): string | undefined {
  return status.kind === 'image' ? status.policy?.policy : undefined;
}

function stateOf(status: ImageStatus, now: number): Pick<WorkspaceImage, 'state' | 'words'> {
  if (status.kind === 'invalid') return { state: 'invalid', words: 'not a valid image' };
  if (status.kind === 'unresolved') return { state: 'unresolved', words: 'completed later by a template' };
  return { state: storedState(status.stored), words: printable(statusWords(status.stored, now).words) };
}

function storedState(stored: Stored): WorkspaceImageState {
  if (stored.kind === 'unknown') return 'unknown';
  switch (stored.freshness.state) {
    case 'missing':
    case 'moved':
    case 'stale':
    case 'pinned':
      return stored.freshness.state;
    case 'fresh':
    case 'current':
    case 'unvalidated':
      return 'stored';
  }
}

/** The state, and where it is known from. */
function explained(status: ImageStatus, words: string): string {
  if (status.kind === 'invalid') return escape(status.error.message);
  if (status.kind === 'unresolved') return escape(words);
  const { stored } = status;
  if (stored.kind === 'unknown') return `The store could not be asked: ${escape(stored.why)}`;
  return `**${escape(words)}**: ${escape(stored.freshness.why)}`;
}

function placesWords(places: readonly NamedImage['place'][]): string {
  const [first] = places;
  if (places.length === 1 && first !== undefined) return `Named by ${escape(first.owner)}`;
  const files = new Set(places.map(({ uri }) => uri)).size;
  return `Named in ${places.length} places of ${files === 1 ? '1 manifest' : `${files} manifests`}`;
}

function byAttention(one: WorkspaceImage, other: WorkspaceImage): number {
  const order = STATES.indexOf(one.state) - STATES.indexOf(other.state);
  if (order !== 0) return order;
  return one.image < other.image ? -1 : 1;
}
