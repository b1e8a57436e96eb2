import { age, ageChangesAt } from '../domain/age.ts';
import { formatBytes } from '../domain/bytes.ts';
import { LarderError } from '../domain/errors.ts';
import { parseImage } from '../domain/image-argument.ts';
import { formatPlatform } from '../domain/platform.ts';
import type { StoredImage } from '../domain/record.ts';
import type { StoreView } from '../domain/store-view.ts';
import type { StoreImage, WorkspaceImage } from '../protocol.ts';
import { imageLabel } from './image-label.ts';
import { code, escape, lines } from './markdown.ts';
import type { FeatureContext } from './snapshot.ts';
import { earliest } from './status-words.ts';

const DOCKER = 'docker://';
/** As many references as a tooltip has room for. */
const MAX_SHOWN = 8;

/**
 * The images of the store, newest first; none while it is not known.
 * @param workspace those that the manifests name
 * @param podsOf how many prepared pods use an image, by its full ID
 */
export function storeImages(
  workspace: readonly WorkspaceImage[],
  podsOf: ReadonlyMap<string, number>,
  context: FeatureContext,
): StoreImage[] {
  if (context.store.kind === 'unknown') return [];
  const { view } = context.store;
  const references = referencesOf(view, context);
  const manifests = new Map<string, Set<string>>();
  for (const { imageId, places } of workspace) {
    if (imageId === null) continue;
    const uris = getOrPut(manifests, imageId, () => new Set<string>());
    for (const { uri } of places) uris.add(uri);
  }
  return view.images().map((image) => {
    const { imageId } = image;
    const urls = [...(references.get(imageId) ?? urlsOf(view, imageId))];
    const uses = { manifests: manifests.get(imageId)?.size ?? 0, pods: podsOf.get(imageId) ?? 0 };
    return {
      imageId,
      ...imageLabel(knownAs(image, urls)),
      words: `${formatBytes(image.size)}, imported ${age(image.importedAt, context.now)}, ${usesWords(uses)}`,
      references: urls,
      ...uses,
      tooltip: tooltip(image, urls, uses, context.now),
    };
  });
}

/** When {@link storeImages} says something else by the passing of time alone; null for never. */
export function storeImagesChangeAt({ store, now }: FeatureContext): number | null {
  if (store.kind === 'unknown') return null;
  return store.view
    .images()
    .flatMap(({ importedAt, lastUsedAt }) => [ageChangesAt(importedAt, now), ageChangesAt(lastUsedAt, now)])
    .reduce<number | null>(earliest, null);
}

type Uses = Pick<StoreImage, 'manifests' | 'pods'>;

/** The docker references that lead to each image, by its ID. */
function referencesOf(view: StoreView, { platform }: FeatureContext): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const url of view.dockerReferences()) {
    const imageId = imageIdOf(view, url, platform);
    if (imageId !== undefined) getOrPut(found, imageId, () => []).push(url);
  }
  return found;
}

function imageIdOf(view: StoreView, url: string, platform: FeatureContext['platform']): string | undefined {
  try {
    const image = parseImage(url, { cwd: '/', platform });
    return view.find(image, formatPlatform(platform))?.image.imageId;
  } catch (error) {
    // An index that somebody else wrote may have a reference that is none; that costs this one only.
    if (error instanceof LarderError && error.code === 'E_REF') return undefined;
    throw error;
  }
}

/** Where it was fetched from: by https, or for another platform than this one. */
function urlsOf(view: StoreView, id: string): string[] {
  const url = view.find({ kind: 'id', canonical: id, id }, '')?.remote?.url;
  return url === undefined ? [] : [url];
}

/** By what people call it: the reference that it was fetched by, a tag rather than a digest, or else its name in appc. */
function knownAs({ name, labels: { version } }: StoredImage, urls: readonly string[]): string {
  const references = urls.filter((url) => url.startsWith(DOCKER)).map((url) => url.slice(DOCKER.length));
  const [reference] = [...references.filter((text) => !text.includes('@')), ...references];
  if (reference !== undefined) return reference;
  return version === undefined || version === '' ? name : `${name}:${version}`;
}

function tooltip(image: StoredImage, urls: readonly string[], uses: Uses, now: number): string {
  const { imageId, size, labels, signers, importedAt, lastUsedAt } = image;
  const { os, arch } = labels;
  const platform = os === undefined || arch === undefined ? [] : [`for ${code(`${os}/${arch}`)}`];
  const shown = urls.slice(0, MAX_SHOWN).map((url) => `Led to by ${code(url)}`);
  const more = urls.length > MAX_SHOWN ? [`and ${urls.length - MAX_SHOWN} more`] : [];
  const signed = signers.map(
    ({ identity, fingerprint }) => `Signed by ${escape(identity)} (${code(fingerprint.slice(-16))})`,
  );
  return lines(
    code(imageId),
    [`${formatBytes(size)} uncompressed`, ...platform].join(' '),
    `Imported ${age(importedAt, now)}, last used ${age(lastUsedAt, now)}`,
    ...shown,
    ...more,
    ...signed,
    escape(sentence(usesWords(uses))),
  );
}

function usesWords({ manifests, pods }: Uses): string {
  const words = [
    ...(manifests > 0 ? [counted(manifests, 'manifest')] : []),
    ...(pods > 0 ? [counted(pods, 'prepared pod')] : []),
  ];
  return words.length === 0 ? 'not used here' : `used by ${words.join(' and ')}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function getOrPut<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
