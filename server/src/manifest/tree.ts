import type { Placed, Span } from './manifest.ts';

/**
 * What YAML, JSON and the outline of a broken document have in common, so that the kinds of pod are read once for all of
 * them. `undefined` stands for null and for everything that cannot be read.
 */
export type TreeNode = MapNode | SeqNode | ScalarNode | AliasNode;

export interface MapNode {
  readonly kind: 'map';
  readonly span: Span;
  readonly entries: readonly Entry[];
  /** Values of merge keys (`<<`): maps, sequences of maps, aliases of either. */
  readonly merges: readonly TreeNode[];
}

export interface Entry {
  readonly key: Placed<string>;
  readonly value: TreeNode | undefined;
}

export interface SeqNode {
  readonly kind: 'seq';
  readonly span: Span;
  readonly items: readonly (TreeNode | undefined)[];
}

export interface ScalarNode {
  readonly kind: 'scalar';
  /** Without the quotes. */
  readonly span: Span;
  readonly value: string;
}

export interface AliasNode {
  readonly kind: 'alias';
  readonly span: Span;
  readonly target: TreeNode | undefined;
}

/** A node as it was reached: behind the alias `via`, if any was passed on the way from the root. */
export interface Reached {
  readonly node: TreeNode | undefined;
  readonly via: Span | undefined;
}

/** Past this depth no pod keeps an image; readers stop there, so that deep nesting cannot exhaust the stack. */
export const MAX_DEPTH = 100;

/** How many nodes one look-up visits: chains of merge keys can be made to branch without end. */
const MAX_MERGED_NODES = 200;

/** Follows an alias to its target. */
export function follow(reached: Reached): Reached {
  const { node, via } = reached;
  return node?.kind === 'alias' ? { node: node.target, via: via ?? node.span } : reached;
}

/** An entry, the map it is written in, and the alias passed on the way to it. */
export interface ReachedEntry {
  readonly entry: Entry;
  readonly map: MapNode;
  readonly via: Span | undefined;
}

/**
 * The entries of a map and of its merge keys (yaml.org/type/merge), none for anything else. The first of each key is the one
 * that holds: the map's own before merged ones, and of duplicates the last written, as kubectl reads them.
 */
export function* entriesOf(reached: Reached): Generator<ReachedEntry> {
  for (const { map, via } of mapsOf(reached)) {
    for (const entry of map.entries.toReversed()) yield { entry, map, via };
  }
}

/** A map, then the maps it merges, each once. */
function* mapsOf(reached: Reached): Generator<{ map: MapNode; via: Span | undefined }> {
  const seen = new Set<TreeNode>();
  const waiting = [reached];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, via } = follow(next);
    if (node === undefined || seen.has(node) || seen.size >= MAX_MERGED_NODES) continue;
    seen.add(node);
    if (node.kind === 'map') yield { map: node, via };
    const merged =
      node.kind === 'map' ? node.merges : node.kind === 'seq' && next !== reached ? node.items : [];
    for (const item of merged.slice(0, MAX_MERGED_NODES).reverse()) waiting.push({ node: item, via });
  }
}

/** Steps down along keys; reaches `undefined` where one is missing. */
export function child(from: Reached, ...keys: readonly string[]): Reached {
  let reached = from;
  for (const key of keys) {
    const found = findEntry(reached, key);
    reached = found === undefined ? NOTHING : follow({ node: found.entry.value, via: found.via });
  }
  return reached;
}

const NOTHING: Reached = { node: undefined, via: undefined };

/** The entry that holds for a key. */
export function findEntry(reached: Reached, key: string): ReachedEntry | undefined {
  for (const { map, via } of mapsOf(reached)) {
    const entry = map.entries.findLast((candidate) => candidate.key.value === key);
    if (entry !== undefined) return { entry, map, via };
  }
  return undefined;
}

/** The items of a sequence; none for anything else. */
export function* itemsOf(reached: Reached): Generator<Reached> {
  const { node, via } = follow(reached);
  if (node?.kind !== 'seq') return;
  for (const item of node.items) yield follow({ node: item, via });
}

/** The text of a scalar and its place: the alias that led to it, else its own. */
export function textOf(reached: Reached): Placed<string> | undefined {
  const { node, via } = follow(reached);
  return node?.kind === 'scalar' ? placedVia({ value: node.value, span: node.span }, via) : undefined;
}

/** Moves what was reached behind an alias to that alias. */
export function placedVia<T>(placed: Placed<T>, via: Span | undefined): Placed<T> {
  return via === undefined ? placed : { value: placed.value, span: via, definition: placed.span };
}
