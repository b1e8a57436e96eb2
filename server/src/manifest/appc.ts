import type { ManifestImage, Placed, Pod } from './manifest.ts';
import { isUnresolved } from './templates.ts';
import { child, follow, itemsOf, textOf } from './tree.ts';
import type { Reached } from './tree.ts';

/** The pod of an appc PodManifest (appc/spec, "Pod Manifest Schema"); none for anything else, such as an ImageManifest. */
export function appcPods(root: Reached): Pod[] {
  const { node } = follow(root);
  if (node?.kind !== 'map' || textOf(child(root, 'acKind'))?.value !== 'PodManifest') return [];
  const images: ManifestImage[] = [];
  for (const app of itemsOf(child(root, 'apps'))) {
    const object = child(app, 'image');
    const image = imageText(object);
    if (image === undefined || object.node === undefined) continue;
    const id = textOf(child(object, 'id'))?.value;
    images.push({
      role: 'app',
      name: textOf(child(app, 'name'))?.value,
      image,
      syntax: 'appc',
      object: object.node.span,
      ...(id !== undefined && { id }),
      unresolved: isUnresolved(image.value),
      pullPolicy: undefined,
      misspelledKeys: [],
    });
  }
  const anchor = node.entries.find((entry) => entry.key.value === 'acKind')?.key.span ?? node.span;
  return [{ kind: 'PodManifest', name: undefined, anchor, span: node.span, images }];
}

/** The image as an argument of the command line, at the place of its name, or of its ID when that is all there is. */
function imageText(image: Reached): Placed<string> | undefined {
  const name = textOf(child(image, 'name'));
  if (name === undefined || name.value === '') return textOf(child(image, 'id'));
  let version = '';
  let labels = '';
  for (const label of itemsOf(child(image, 'labels'))) {
    const key = textOf(child(label, 'name'))?.value;
    const value = textOf(child(label, 'value'))?.value;
    if (key === undefined || value === undefined) continue;
    if (key === 'version' && version === '') version = `:${value}`;
    else labels += `,${key}=${value}`;
  }
  return { ...name, value: name.value + version + labels };
}
