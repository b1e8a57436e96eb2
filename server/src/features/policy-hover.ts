import { findNodeAtOffset, getNodePath } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';
import { MarkupKind } from 'vscode-languageserver';
import type { Hover } from 'vscode-languageserver';
import { placeAt } from '../domain/policy/policy-place.ts';
import type { PolicyPlace } from '../domain/policy/policy-place.ts';
import { placeOf } from '../domain/policy/policy-problem.ts';
import { KEY_TYPES, fieldOf, shapeOf } from '../domain/policy/policy-shapes.ts';
import { TRANSPORTS } from '../domain/policy/transports.ts';
import type { PolicyDocument } from '../manifest/policy-document.ts';
import { blocks, code, lines } from './markdown.ts';
import { scopeWords } from './policy-scope-words.ts';
import { rangeOf } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** What a key or a value of an image policy means, and which images of the store a scope is about. */
export function policyHover(
  snapshot: Snapshot,
  { root }: PolicyDocument,
  offset: number,
  context: FeatureContext,
): Hover | null {
  const node = root && findNodeAtOffset(root, offset, true);
  if (root === undefined || node?.type !== 'string') return null;
  const path = getNodePath(node);
  const isKey = node.parent?.type === 'property' && node.parent.children?.[0] === node;
  const place = placeAt(root, isKey ? path.slice(0, -1) : path);
  const value =
    place && (isKey ? aboutKey(String(node.value), place, root, context) : aboutValue(node, place));
  if (value === undefined) return null;
  return { contents: { kind: MarkupKind.Markdown, value }, range: rangeOf(snapshot, placeOf(node)) };
}

function aboutKey(
  key: string,
  place: PolicyPlace,
  root: Node,
  { store }: FeatureContext,
): string | undefined {
  switch (place.kind) {
    case 'object':
      return fieldOf(place.shape, key)?.doc;
    case 'typed':
      return key === 'type' ? known(Object.keys(place.shapes)) : undefined;
    case 'transports':
      return Object.hasOwn(TRANSPORTS, key)
        ? TRANSPORTS[key]?.doc
        : 'A transport that Larder does not know, so any scope is allowed under it.';
    case 'scopes':
      return scopeWords(key, place.transport, root, store);
    default:
      return undefined;
  }
}

function aboutValue(node: Node, place: PolicyPlace): string | undefined {
  const written = String(node.value);
  if (place.kind === 'type') {
    const shape = shapeOf(place.shapes, written);
    // Of a type that there is not, its diagnostic says so.
    return shape && lines(`**${written}**`, shape.doc);
  }
  if (place.kind !== 'value') return undefined;
  const { value, doc } = place.field;
  const keyType = value === 'keyType' && Object.hasOwn(KEY_TYPES, written) ? KEY_TYPES[written] : undefined;
  return keyType === undefined ? doc : blocks(lines(`**${written}**`, keyType), doc);
}

function known(types: readonly string[]): string {
  return `One of ${types.map(code).join(', ')}.`;
}
