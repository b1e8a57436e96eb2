import { parseTree } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';
import { MAX_DEPTH } from './tree.ts';
import type { Entry, TreeNode } from './tree.ts';

/**
 * Reads a JSON text, comments and errors tolerated; undefined when there is nothing to read.
 * @param readable the text, templates masked
 * @param text the text as written: the source of every value that holds a template
 */
export function readJsonTree(readable: string, text: string): TreeNode | undefined {
  const build = (node: Node | undefined, depth: number): TreeNode | undefined => {
    if (node === undefined || depth > MAX_DEPTH) return undefined;
    const span = { start: node.offset, end: node.offset + node.length };
    const children = node.children ?? [];
    switch (node.type) {
      case 'object':
        return {
          kind: 'map',
          span,
          entries: children.flatMap((property) => entryOf(property, depth)),
          merges: [],
        };
      case 'array':
        return { kind: 'seq', span, items: children.map((item) => build(item, depth + 1)) };
      case 'string': {
        const closed = node.length > 1 && text[span.end - 1] === '"';
        const inside = { start: span.start + 1, end: closed ? span.end - 1 : span.end };
        const written = text.slice(inside.start, inside.end);
        const masked = readable.slice(inside.start, inside.end) !== written;
        return { kind: 'scalar', span: inside, value: masked ? written : String(node.value) };
      }
      case 'number':
      case 'boolean':
        return { kind: 'scalar', span, value: text.slice(span.start, span.end) };
      default:
        return undefined;
    }
  };

  const entryOf = (property: Node, depth: number): Entry[] => {
    const [key, value] = property.children ?? [];
    const name = build(key, depth + 1);
    if (name?.kind !== 'scalar') return [];
    return [{ key: { value: name.value, span: name.span }, value: build(value, depth + 1) }];
  };

  return build(parse(readable), 0);
}

function parse(text: string): Node | undefined {
  try {
    return parseTree(text, [], { allowTrailingComma: true });
  } catch (error) {
    // jsonc-parser recurses, so only nesting that no manifest has ends here.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
