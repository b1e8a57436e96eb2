import type { ImageRole, ManifestImage, Placed, Pod } from './manifest.ts';
import { meantKey } from './misspelled.ts';
import { ALL_POD_SPECS, groupOf, listItemKind, podSpecPath } from './pod-kinds.ts';
import { isUnresolved } from './templates.ts';
import { child, entriesOf, follow, itemsOf, placedVia, textOf } from './tree.ts';
import type { Reached } from './tree.ts';

/** How many objects and containers one document is read for: aliases can make few bytes stand for millions of them. */
const MAX_VISITS = 10_000;

const CONTAINERS: readonly (readonly [key: string, role: ImageRole])[] = [
  ['initContainers', 'initContainer'],
  ['containers', 'container'],
  ['ephemeralContainers', 'ephemeralContainer'],
];

/** The keys of an image and its policy: of a container, and of an image volume (ImageVolumeSource). */
const CONTAINER_KEYS = { image: 'image', policy: 'imagePullPolicy' };
const VOLUME_KEYS = { image: 'reference', policy: 'pullPolicy' };

/** The pods of a Kubernetes object, or of each object in a list, in the order of the text. */
export function kubernetesPods(root: Reached): Pod[] {
  return new KubernetesReader().pods(root);
}

class KubernetesReader {
  #visits = 0;

  pods(root: Reached): Pod[] {
    const pods: Pod[] = [];
    const objects = [
      { object: root, impliedKind: undefined as string | undefined, group: undefined as string | undefined },
    ];
    for (const { object, impliedKind, group } of objects) {
      const kind = textOf(child(object, 'kind'))?.value ?? impliedKind;
      if (kind === undefined) continue;
      const apiVersion = textOf(child(object, 'apiVersion'))?.value;
      const itsGroup =
        apiVersion === undefined ? group : isUnresolved(apiVersion) ? undefined : groupOf(apiVersion);
      const itemKind = listItemKind(kind);
      if (itemKind === undefined) {
        const pod = this.#pod(object, kind, itsGroup);
        if (pod !== undefined) pods.push(pod);
        continue;
      }
      for (const item of itemsOf(child(object, 'items'))) {
        if (!this.#visit()) break;
        objects.push({
          object: item,
          impliedKind: itemKind === '' ? undefined : itemKind,
          group: itemKind === '' ? undefined : itsGroup,
        });
      }
    }
    return pods.sort((a, b) => a.span.start - b.span.start);
  }

  #visit(): boolean {
    this.#visits += 1;
    return this.#visits <= MAX_VISITS;
  }

  #pod(object: Reached, kind: string, group: string | undefined): Pod | undefined {
    const { node, via } = follow(object);
    if (node?.kind !== 'map') return undefined;
    const path = podSpecPath(kind, group);
    const paths = path !== undefined ? [path] : isUnresolved(kind) ? ALL_POD_SPECS : [];
    if (paths.length === 0) return undefined;
    const images = paths.flatMap((keys) => this.#images(child(object, ...keys)));
    if (path === undefined && images.length === 0) return undefined;
    const span = via ?? node.span;
    return {
      kind,
      name: textOf(child(object, 'metadata', 'name'))?.value,
      anchor: keySpan(object, 'kind') ?? { start: span.start, end: span.start },
      span,
      images: images.sort((a, b) => a.image.span.start - b.image.span.start),
    };
  }

  #images(podSpec: Reached): ManifestImage[] {
    const images: (ManifestImage | undefined)[] = [];
    for (const [key, role] of CONTAINERS) {
      for (const container of itemsOf(child(podSpec, key))) {
        if (!this.#visit()) break;
        images.push(readImage(role, nameOf(container), container, CONTAINER_KEYS));
      }
    }
    for (const volume of itemsOf(child(podSpec, 'volumes'))) {
      if (!this.#visit()) break;
      images.push(readImage('volume', nameOf(volume), child(volume, 'image'), VOLUME_KEYS));
    }
    return images.filter((image) => image !== undefined);
  }
}

function nameOf(object: Reached): string | undefined {
  return textOf(child(object, 'name'))?.value;
}

function keySpan(object: Reached, key: string): Pod['anchor'] | undefined {
  for (const { entry, via } of entriesOf(object)) {
    if (entry.key.value === key) return via ?? entry.key.span;
  }
  return undefined;
}

function readImage(
  role: ImageRole,
  name: string | undefined,
  source: Reached,
  keys: { readonly image: string; readonly policy: string },
): ManifestImage | undefined {
  const misspelledKeys: (Placed<string> & { meant: string })[] = [];
  let image = textOf(child(source, keys.image));
  for (const { entry, via } of entriesOf(source)) {
    const meant = meantKey(entry.key.value, [keys.image, keys.policy]);
    if (meant === undefined) continue;
    misspelledKeys.push({ ...placedVia(entry.key, via), meant });
    // `Image: nginx` still shows which image is meant.
    if (meant === keys.image) image ??= textOf({ node: entry.value, via });
  }
  if (image === undefined || image.value === '') return undefined;
  return {
    role,
    name,
    image,
    syntax: 'docker',
    unresolved: isUnresolved(image.value),
    pullPolicy: textOf(child(source, keys.policy)),
    misspelledKeys: misspelledKeys.reverse(),
  };
}
