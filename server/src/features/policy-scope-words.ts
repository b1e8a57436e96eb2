import type { Node } from 'jsonc-parser';
import { idleScope } from '../domain/policy/idle-scope.ts';
import { dockerScopes } from '../domain/policy/policy-place.ts';
import { decidingScope, scopesOf } from '../domain/policy/policy-scope.ts';
import type { DockerReference } from '../domain/reference.ts';
import type { StoreState } from '../domain/store-view.ts';
import { blocks, code, escape, lines } from './markdown.ts';
import { storedReferences } from './policy-images.ts';

/** So many names are written out. */
const MAX_NAMES = 5;

/** What a scope is about, and which images of the store fall under it. Markdown. */
export function scopeWords(scope: string, transport: string, root: Node, store: StoreState): string {
  if (transport !== 'docker') {
    return scope === ''
      ? 'All images of this transport that no other of its scopes is about.'
      : 'Images of this transport by this name or below it. The most specific scope alone decides.';
  }
  const idle = idleScope(scope);
  if (idle !== undefined) return escape(idle);
  return blocks(`${meaning(scope)} The most specific scope alone decides.`, inStore(scope, root, store));
}

function meaning(scope: string): string {
  if (scope === '') return 'All images of registries that no other scope of `docker` is about.';
  if (scope.startsWith('*.')) return `All images of every host below ${code(scope.slice(2))}, at any port.`;
  const slash = scope.indexOf('/');
  if (slash < 0) return `All images of the registry ${code(scope)}.`;
  const rest = scope.slice(slash);
  if (/[:@]/.test(rest)) return `The image ${code(scope)} alone, asked for by exactly this name.`;
  return `The repository ${code(scope)} and all repositories below it.`;
}

function inStore(scope: string, root: Node, store: StoreState): string {
  if (store.kind === 'unknown') return `The store could not be asked: ${escape(store.why)}`;
  const under = storedReferences(store).filter((reference) => scopesOf(reference).includes(scope));
  if (under.length === 0) return 'No image in the store falls under it.';
  const scopes = dockerScopes(root);
  const byDecider = Map.groupBy(under, (reference) => decidingScope(scopes, reference) ?? scope);
  const own = byDecider.get(scope) ?? [];
  const others = [...byDecider].filter(([decider]) => decider !== scope);
  return lines(
    `${count(under.length)} in the store ${under.length === 1 ? 'falls' : 'fall'} under it.`,
    ...(own.length === 0 ? [] : [`This scope decides for ${names(own)}.`]),
    ...others.map(([decider, images]) => `${code(decider)} decides for ${names(images)}.`),
  );
}

function count(images: number): string {
  return images === 1 ? 'One image' : `${images} images`;
}

function names(references: readonly DockerReference[]): string {
  const written = references.slice(0, MAX_NAMES).map((reference) => code(scopesOf(reference)[0] ?? ''));
  const more = references.length - written.length;
  return written.join(', ') + (more === 0 ? '' : ` and ${more} more`);
}
