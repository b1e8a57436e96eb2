import type { Placed } from './manifest.ts';
import { MAX_DEPTH } from './tree.ts';
import type { TreeNode } from './tree.ts';

/** Longer lines hold data, no keys of a pod. */
const MAX_LINE = 4096;

const DASH = /^-(?:[ \t]+|$)/;
const KEY = /^(?:"([^"]*)"[ \t]*|'([^']*)'[ \t]*|([^\s"'#&*!|>%@`{}[\],?:-][^:#]*)):(?:[ \t]+|$)/;
/** An anchor or a tag before a value. */
const PROPERTY = /^[&!][^\s,[\]{}]*(?:[ \t]+|$)/;
const BLOCK_SCALAR = /^[|>][-+\d]*[ \t]*(?:#.*)?$/;

interface Open {
  /** Column of the keys or dashes. */
  readonly indent: number;
  readonly span: { readonly start: number; end: number };
  /** The map or sequence in the last entry or item, when it is one: a line at an odd column may still mean it. */
  child: OpenNode | undefined;
}
interface OpenMap extends Open {
  readonly kind: 'map';
  readonly entries: { readonly key: Placed<string>; value: TreeNode | undefined }[];
  readonly merges: readonly TreeNode[];
}
interface OpenSeq extends Open {
  readonly kind: 'seq';
  readonly items: (TreeNode | undefined)[];
}
type OpenNode = OpenMap | OpenSeq;

/**
 * Reads the block structure of a document that is no valid YAML, as it is while someone types: by indentation alone and line
 * by line, so that an open quote or bracket ends with its line, and a line that fits nowhere is left out.
 * @param readable the text, templates masked
 * @param text the text as written: the source of all values
 */
export function readOutline(readable: string, text: string): TreeNode | undefined {
  const outline = new Outline(text);
  for (let start = readable.startsWith('\uFEFF') ? 1 : 0; start < readable.length;) {
    const lineBreak = readable.indexOf('\n', start);
    const end = lineBreak === -1 ? readable.length : lineBreak;
    if (end - start <= MAX_LINE) outline.line(readable.slice(start, end).trimEnd(), start);
    start = end + 1;
  }
  return outline.root;
}

class Outline {
  root: OpenNode | undefined;
  readonly #text: string;
  /** From the root to where the next line most likely goes on. */
  readonly #open: OpenNode[] = [];
  /** While in a block scalar: the column it must be deeper than. */
  #scalarAbove: number | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  line(line: string, start: number): void {
    const content = line.trimStart();
    if (content === '' || content.startsWith('#')) return;
    const offset = start + line.length - content.length;
    const white = line.slice(0, line.length - content.length);
    // YAML forbids tabs here; who typed one meant to go on with the block above.
    const column = white.includes('\t') ? (this.#open.at(-1)?.indent ?? 0) : white.length;
    if (this.#scalarAbove !== undefined && column > this.#scalarAbove) return;
    this.#scalarAbove = undefined;
    this.#content(content, column, offset);
    for (const open of this.#open) open.span.end = start + line.length;
  }

  #content(content: string, column: number, offset: number): void {
    const dash = DASH.exec(content)?.[0].length;
    if (dash !== undefined) {
      const seq = this.#seqAt(column, offset);
      if (seq === undefined) return;
      seq.child = undefined;
      const rest = content.slice(dash);
      if (DASH.test(rest) || KEY.test(rest)) {
        seq.items.push(undefined);
        this.#content(rest, column + dash, offset + dash);
      } else {
        seq.items.push(this.#value(rest, column, offset + dash));
      }
      return;
    }
    const key = KEY.exec(content);
    if (key === null) return;
    const map = this.#mapAt(column, offset);
    if (map === undefined) return;
    // A sequence stays in reach of its next dash, should a key be out of its column in between.
    if (map.child?.kind === 'map') map.child = undefined;
    const name = key[1] ?? key[2] ?? key[3]?.trimEnd() ?? '';
    const keyStart = offset + (key[3] === undefined ? 1 : 0);
    const value = this.#value(content.slice(key[0].length), column, offset + key[0].length);
    map.entries.push({ key: { value: name, span: { start: keyStart, end: keyStart + name.length } }, value });
  }

  /** The sequence that a dash at this column belongs to, opened if need be. */
  #seqAt(column: number, offset: number): OpenSeq | undefined {
    let depth = this.#open.length;
    while (depth > 0 && (this.#open[depth - 1]?.indent ?? 0) > column) depth -= 1;
    const at = this.#open[depth - 1];
    if (at === undefined) return this.root === undefined ? this.#push(newSeq(column, offset), 0) : undefined;
    if (at.kind === 'seq' && (at.indent === column || !isWaiting(at))) return this.#keep(at, depth);
    if (isWaiting(at)) return this.#push(newSeq(column, offset), depth);
    return at.child?.kind === 'seq' && column > at.indent ? this.#reopen(at.child, depth) : undefined;
  }

  /** The map that a key at this column belongs to, opened if need be. */
  #mapAt(column: number, offset: number): OpenMap | undefined {
    let depth = this.#open.length;
    while (depth > 0 && !this.#mayHoldKey(depth - 1, column)) depth -= 1;
    const at = this.#open[depth - 1];
    if (at === undefined) return this.root === undefined ? this.#push(newMap(column, offset), 0) : undefined;
    if (at.kind === 'map' && at.indent === column) return this.#keep(at, depth);
    if (isWaiting(at)) return this.#push(newMap(column, offset), depth);
    if (at.child?.kind === 'map') return this.#reopen(at.child, depth);
    return at.kind === 'map' ? this.#keep(at, depth) : undefined;
  }

  /**
   * Keys of a map stand at its column or, by mistake, deeper. One at the column of a sequence's dashes belongs to the map
   * around it if that has the same column, else it was meant for the last item.
   */
  #mayHoldKey(index: number, column: number): boolean {
    const node = this.#open[index];
    if (node === undefined) return false;
    const aroundAtColumn = this.#open[index - 1]?.indent === column;
    return node.indent < column || (node.indent === column && (node.kind === 'map' || !aroundAtColumn));
  }

  #keep<T extends OpenNode>(node: T, depth: number): T {
    this.#open.length = depth;
    return node;
  }

  #reopen<T extends OpenNode>(node: T, depth: number): T {
    this.#open.length = depth;
    this.#open.push(node);
    return node;
  }

  /** Opens a node below the first `depth` open ones, as the value that the last of them waits for. */
  #push<T extends OpenNode>(node: T, depth: number): T | undefined {
    if (depth >= MAX_DEPTH) return undefined;
    const parent = this.#open[depth - 1];
    if (parent === undefined) this.root = node;
    else if (parent.kind === 'seq') parent.items[parent.items.length - 1] = node;
    else {
      const last = parent.entries.at(-1);
      if (last !== undefined) last.value = node;
    }
    if (parent !== undefined) parent.child = node;
    return this.#reopen(node, depth);
  }

  #value(source: string, column: number, start: number): TreeNode | undefined {
    let value = source;
    for (let found = PROPERTY.exec(value); found !== null; found = PROPERTY.exec(value))
      value = value.slice(found[0].length);
    const offset = start + source.length - value.length;
    if (value === '' || value.startsWith('#')) return undefined;
    if (BLOCK_SCALAR.test(value)) this.#scalarAbove = column;
    const quote = value[0];
    if (quote === '"' || quote === "'") {
      const close = value.indexOf(quote, 1);
      return this.#scalar(offset + 1, offset + (close === -1 ? value.length : close));
    }
    // Flow style, aliases and block scalars: something stands there that an outline does not look into.
    if (/^[[{*|>]/.test(value))
      return { kind: 'seq', span: { start: offset, end: offset + value.length }, items: [] };
    return this.#scalar(offset, offset + value.replace(/[ \t]#.*$/, '').trimEnd().length);
  }

  #scalar(start: number, end: number): TreeNode {
    return { kind: 'scalar', span: { start, end }, value: this.#text.slice(start, end) };
  }
}

function newMap(indent: number, start: number): OpenMap {
  return { kind: 'map', indent, span: { start, end: start }, child: undefined, entries: [], merges: [] };
}

function newSeq(indent: number, start: number): OpenSeq {
  return { kind: 'seq', indent, span: { start, end: start }, child: undefined, items: [] };
}

/** Whether the last entry or item has no value yet, so that deeper lines are its value. */
function isWaiting(node: OpenNode): boolean {
  if (node.kind === 'seq') return node.items.length > 0 && node.items.at(-1) === undefined;
  const last = node.entries.at(-1);
  return last !== undefined && last.value === undefined;
}
