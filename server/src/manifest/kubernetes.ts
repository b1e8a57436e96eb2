import { readImages } from './container-images.ts';
import type { ImageKeys } from './container-images.ts';
import type { ImageRole, ManifestImage, Pod } from './manifest.ts';
import { ALL_POD_SPECS, groupOf, listItemKind, podSpecPath } from './pod-kinds.ts';
import { isUnresolved } from './templates.ts';
import { child, findEntry, follow, itemsOf, textOf } from './tree.ts';
import type { Reached } from './tree.ts';

/** How many objects and containers one document is read for: aliases can make few bytes stand for millions of them. */
const MAX_VISITS = 10_000;

const CONTAINERS: readonly (readonly [key: string, role: ImageRole])[] = [
  ['initContainers', 'initContainer'],
  ['containers', 'container'],
  ['ephemeralContainers', 'ephemeralContainer'],
];

const CONTAINER_KEYS: ImageKeys = { image: 'image', policy: 'imagePullPolicy' };
/** Of an ImageVolumeSource. */
const VOLUME_KEYS: ImageKeys = { image: 'reference', policy: 'pullPolicy' };

/** The pods of a Kubernetes object, or of each object in a list, in the order of the text. */
export function kubernetesPods(root: Reached): Pod[] {
  const visits = new Visits();
  return objectsIn(root, visits)
    .map((object) => podOf(object, visits))
    .filter((pod) => pod !== undefined)
    .sort((a, b) => a.span.start - b.span.start);
}

/** Counts down, over a whole document, what may still be visited. */
class Visits {
  #left = MAX_VISITS;

  *of<T>(items: Iterable<T>): Generator<T> {
    for (const item of items) {
      if (this.#left === 0) return;
      this.#left -= 1;
      yield item;
    }
  }
}

/** An object of Kubernetes, and what it says it is. */
export interface KubernetesObject {
  readonly reached: Reached;
  readonly kind: string;
  /** API group; undefined when it is not known: no `apiVersion`, or a template. */
  readonly group: string | undefined;
}

/** The object itself, or the objects of a list, however deep in other lists. */
export function kubernetesObjects(root: Reached): KubernetesObject[] {
  return objectsIn(root, new Visits());
}

function objectsIn(root: Reached, visits: Visits): KubernetesObject[] {
  const objects: KubernetesObject[] = [];
  const waiting: { reached: Reached; kind?: string; group?: string | undefined }[] = [{ reached: root }];
  for (const { reached, ...implied } of waiting) {
    const kind = textOf(child(reached, 'kind'))?.value ?? implied.kind;
    if (kind === undefined) continue;
    const apiVersion = textOf(child(reached, 'apiVersion'))?.value;
    const group = apiVersion === undefined ? implied.group : groupOf(apiVersion);
    const itemKind = listItemKind(kind);
    if (itemKind === undefined) objects.push({ reached, kind, group });
    else {
      for (const item of visits.of(itemsOf(child(reached, 'items')))) {
        // Items of a `List` say what they are; those of a `PodList` need not.
        waiting.push(itemKind === '' ? { reached: item } : { reached: item, kind: itemKind, group });
      }
    }
  }
  return objects;
}

function podOf({ reached, kind, group }: KubernetesObject, visits: Visits): Pod | undefined {
  const { node, via } = follow(reached);
  if (node?.kind !== 'map') return undefined;
  const known = podSpecPath(kind, group);
  const paths = known !== undefined ? [known] : isUnresolved(kind) ? ALL_POD_SPECS : [];
  const images = paths.flatMap((path) => imagesOf(child(reached, ...path), visits));
  if (known === undefined && images.length === 0) return undefined;
  const span = via ?? node.span;
  const key = findEntry(reached, 'kind');
  return {
    kind,
    name: textOf(child(reached, 'metadata', 'name'))?.value,
    anchor: key === undefined ? { start: span.start, end: span.start } : (key.via ?? key.entry.key.span),
    span,
    images: images.sort((a, b) => a.image.span.start - b.image.span.start),
  };
}

function imagesOf(podSpec: Reached, visits: Visits): ManifestImage[] {
  const images: ManifestImage[] = [];
  for (const [key, role] of CONTAINERS) {
    for (const container of visits.of(itemsOf(child(podSpec, key)))) {
      images.push(...readImages(role, container, container, CONTAINER_KEYS));
    }
  }
  for (const volume of visits.of(itemsOf(child(podSpec, 'volumes')))) {
    images.push(...readImages('volume', volume, child(volume, 'image'), VOLUME_KEYS));
  }
  return images;
}
