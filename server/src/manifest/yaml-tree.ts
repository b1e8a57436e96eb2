import { Composer, Parser, isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, Pair, Scalar, YAMLMap } from 'yaml';
import type { Span } from './manifest.ts';
import { MAX_DEPTH } from './tree.ts';
import type { Entry, MapNode, TreeNode } from './tree.ts';

/** The root of a document, and whether the text has errors, so that parts of the tree may be missing or wrong. */
export interface ReadTree {
  readonly root: TreeNode | undefined;
  readonly broken: boolean;
}

/** Null in the core schema (YAML 1.2.2 §10.3.2); every other plain scalar is text here, so `1.10` stays `1.10`. */
const NULL = /^(?:~|null|Null|NULL|)$/;

/**
 * Reads one YAML document.
 * @param readable the text, templates masked
 * @param text the text as written: the source of every value that holds a template
 */
export function readYamlTree(readable: string, text: string): ReadTree {
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent' });
  for (const document of composer.compose(new Parser().parse(readable), true, readable.length)) {
    const root = new TreeBuilder(readable, text).build(document.contents, 0);
    return { root, broken: document.errors.length > 0 };
  }
  return { root: undefined, broken: false };
}

/** Turns the nodes of one document into a tree, in document order, so that an alias finds its anchor as it stands there. */
class TreeBuilder {
  readonly #readable: string;
  readonly #text: string;
  readonly #anchors = new Map<string, TreeNode | undefined>();

  constructor(readable: string, text: string) {
    this.#readable = readable;
    this.#text = text;
  }

  build(node: Node | null, depth: number): TreeNode | undefined {
    if (node === null || depth > MAX_DEPTH) return undefined;
    if (isAlias(node)) {
      return { kind: 'alias', span: spanOf(node), target: this.#anchors.get(node.source) };
    }
    // An alias inside its own anchor would make a cycle: it leads nowhere.
    const anchor = 'anchor' in node ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.delete(anchor);
    const built = this.#content(node, depth);
    if (anchor !== undefined) this.#anchors.set(anchor, built);
    return built;
  }

  #content(node: Node, depth: number): TreeNode | undefined {
    if (isScalar(node)) return this.#scalar(node);
    if (isMap(node)) return this.#map(node, depth);
    if (!isSeq(node)) return undefined;
    const items = node.items.map((item) => this.build(item as Node | null, depth + 1));
    return { kind: 'seq', span: spanOf(node), items };
  }

  #map(node: YAMLMap, depth: number): MapNode {
    const entries: Entry[] = [];
    const merges: TreeNode[] = [];
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const key = this.build(pair.key, depth + 1);
      const value = this.build(pair.value, depth + 1);
      const name = key?.kind === 'alias' ? key.target : key;
      if (key === undefined || name?.kind !== 'scalar') continue;
      if (name.value === '<<' && isScalar(pair.key) && pair.key.type === 'PLAIN') {
        if (value !== undefined) merges.push(value);
      } else {
        entries.push({ key: { value: name.value, span: key.span }, value });
      }
    }
    return { kind: 'map', span: spanOf(node), entries, merges };
  }

  #scalar(node: Scalar): TreeNode | undefined {
    const span = this.#textSpan(node);
    const written = this.#text.slice(span.start, span.end);
    const masked = this.#readable.slice(span.start, span.end) !== written;
    // Of a quoted scalar without its end the parser drops the last character, whatever it is.
    const open = node.type?.startsWith('QUOTE') === true && span.end === spanOf(node).end;
    if (masked || open) return { kind: 'scalar', span, value: written };
    const value = typeof node.value === 'string' ? node.value : '';
    if (node.type === 'PLAIN' && NULL.test(value)) return undefined;
    return { kind: 'scalar', span, value };
  }

  /** Where the text of a scalar stands: inside its quotes, or below the header of a block scalar. */
  #textSpan(node: Scalar): Span {
    const { start, end } = spanOf(node);
    const source = this.#readable;
    switch (node.type) {
      case 'QUOTE_DOUBLE':
      case 'QUOTE_SINGLE': {
        const closed = end - 1 > start && source[end - 1] === source[start];
        return { start: start + 1, end: closed ? end - 1 : end };
      }
      case 'BLOCK_FOLDED':
      case 'BLOCK_LITERAL': {
        const header = source.indexOf('\n', start);
        if (header === -1 || header >= end) return { start: end, end };
        const body = source.slice(header, end);
        const last = header + body.trimEnd().length;
        return { start: Math.min(header + body.length - body.trimStart().length, last), end: last };
      }
      default:
        return { start, end };
    }
  }
}

function spanOf(node: Node): Span {
  const [start, end] = node.range ?? [0, 0];
  return { start, end };
}
