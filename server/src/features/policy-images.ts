import { parseReference } from '../domain/reference.ts';
import type { DockerReference } from '../domain/reference.ts';
import { scopesOf } from '../domain/policy/policy-scope.ts';
import type { StoreState } from '../domain/store-view.ts';
import { code } from './markdown.ts';

/** More scopes than these help nobody to choose. */
const MAX_SCOPES = 200;

/** The docker references that lead to an image in the store. */
export function storedReferences(store: StoreState): readonly DockerReference[] {
  const references = store.kind === 'ready' ? store.view.dockerReferences() : [];
  return references.map((reference) => parseReference(reference.replace(/^docker:\/\//, '')));
}

/** Scopes that images of the store fall under, sorted: the images, their repositories, namespaces and hosts. */
export function storedScopes(store: StoreState): readonly { readonly scope: string; readonly doc: string }[] {
  const counts = new Map<string, number>();
  for (const reference of storedReferences(store))
    for (const scope of scopesOf(reference))
      if (scope !== '') counts.set(scope, (counts.get(scope) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .slice(0, MAX_SCOPES)
    .map(([scope, count]) => ({
      scope,
      doc: `${count === 1 ? 'One image' : `${count} images`} in the store: ${code(scope)}.`,
    }));
}
