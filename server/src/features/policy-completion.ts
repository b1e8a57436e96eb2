import { getLocation } from 'jsonc-parser';
import { CompletionItemKind, InsertTextFormat, MarkupKind } from 'vscode-languageserver';
import type { CompletionItem } from 'vscode-languageserver';
import { membersOf } from '../domain/policy/judge-object.ts';
import { placeAt } from '../domain/policy/policy-place.ts';
import type { PolicyPlace } from '../domain/policy/policy-place.ts';
import type { PolicyShape } from '../domain/policy/policy-shapes.ts';
import { TRANSPORTS } from '../domain/policy/transports.ts';
import type { Span } from '../manifest/manifest.ts';
import type { PolicyDocument } from '../manifest/policy-document.ts';
import { storedScopes } from './policy-images.ts';
import {
  escaped,
  identitySnippets,
  keyTypes,
  plain,
  requirementSnippets,
  valueSnippet,
} from './policy-snippets.ts';
import { rangeOf } from './snapshot.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** Something to offer, before it is known where it goes. */
interface Offer {
  /** As people read it. */
  readonly label: string;
  /** What is written, as a snippet. */
  readonly snippet: string;
  /** Markdown. */
  readonly doc: string;
  /** Offered first. */
  readonly first?: boolean;
  readonly kind: CompletionItemKind;
}

/** The keys and values that an image policy may have at an offset; null where it may have none. */
export function policyCompletions(
  snapshot: Snapshot,
  { root }: PolicyDocument,
  offset: number,
  context: FeatureContext,
): CompletionItem[] | null {
  const text = snapshot.document.getText();
  const { path, isAtPropertyKey, previousNode } = getLocation(text, offset);
  if (path.length === 0) return null;
  const replaced = replacedSpan(text, offset, previousNode);
  const next = /^\s*(.?)/su.exec(text.slice(replaced.end))?.[1] ?? '';
  const place = placeAt(root, isAtPropertyKey ? path.slice(0, -1) : path);
  if (place === undefined) return null;
  const offers = isAtPropertyKey
    ? keyOffers(place, String(path.at(-1)), next === ':', context)
    : valueOffers(place, previousNode?.type === 'string');
  if (offers.length === 0) return null;
  // The value that follows is there already, or a comma is missing before the next one.
  const separator = next === '' || ',:}]'.includes(next) ? '' : ',';
  return offers.map((offer) => toItem(offer, separator, replaced, snapshot, context));
}

/** The word or the quoted text at the cursor, which a completion replaces. */
function replacedSpan(
  text: string,
  offset: number,
  node: { readonly offset: number; readonly length: number } | undefined,
): Span {
  if (node !== undefined && node.offset <= offset && offset <= node.offset + node.length) {
    // A text without its closing quote would reach to the end of the line.
    const closed = node.length > 1 && text[node.offset + node.length - 1] === '"';
    return { start: node.offset, end: closed ? node.offset + node.length : offset };
  }
  const word = /[\w.-]*$/.exec(text.slice(0, offset))?.[0] ?? '';
  return { start: offset - word.length, end: offset };
}

function keyOffers(place: PolicyPlace, written: string, hasValue: boolean, context: FeatureContext): Offer[] {
  const present = new Set(
    membersOf(place.node)
      .map(({ name }) => name)
      .filter((name) => name !== written),
  );
  const member = (name: string, value: string): string =>
    escaped(JSON.stringify(name)) + (hasValue ? '' : `: ${value}`);
  const offer = (name: string, value: string, doc: string, first = false): Offer[] =>
    present.has(name)
      ? []
      : [{ label: name, snippet: member(name, value), doc, first, kind: CompletionItemKind.Property }];
  switch (place.kind) {
    case 'object':
      return Object.entries(place.shape.fields)
        .filter(([name]) => !isExcluded(place.shape, name, present))
        .flatMap(([name, { value, doc, required }]) => offer(name, valueSnippet(value), doc, required));
    case 'typed':
      return offer('type', valueSnippet('type'), 'The other keys depend on it.', true);
    case 'transports':
      return Object.entries(TRANSPORTS).flatMap(([name, { doc }]) =>
        offer(name, '{ $1 }', doc, name === 'docker'),
      );
    case 'scopes':
      return [
        ...(place.transport === 'docker' ? storedScopes(context.store) : []),
        { scope: '', doc: 'All images of this transport that no other scope is about.' },
      ].flatMap(({ scope, doc }) => offer(scope, valueSnippet('requirements'), doc));
    default:
      return [];
  }
}

/** Whether there are as many of a choice as there may be. */
function isExcluded({ choices = [] }: PolicyShape, name: string, present: ReadonlySet<string>): boolean {
  return choices.some(
    ({ of, most }) => of.includes(name) && of.filter((other) => present.has(other)).length >= most,
  );
}

function valueOffers(place: PolicyPlace, isText: boolean): Offer[] {
  const texts = (choices: readonly (readonly [string, string])[]): Offer[] =>
    choices.map(([name, doc]) => ({
      ...{ label: name, snippet: JSON.stringify(name), doc },
      kind: CompletionItemKind.EnumMember,
    }));
  const docsOf = (shapes: Readonly<Record<string, PolicyShape>>): [string, string][] =>
    Object.entries(shapes).map(([type, { doc }]) => [type, doc]);
  if (place.kind === 'type') return texts(docsOf(place.shapes));
  if (place.kind === 'value') return place.field.value === 'keyType' ? texts(keyTypes()) : [];
  // Whole objects do not go into quotes, nor before what is there.
  if (isText || place.node !== undefined) return [];
  switch (place.kind) {
    case 'typed': {
      const isRequirement = 'reject' in place.shapes;
      const snippets = isRequirement ? requirementSnippets() : identitySnippets();
      return docsOf(place.shapes).map(([type, doc]) => ({
        ...{ label: type, snippet: snippets.get(type) ?? '', doc },
        kind: CompletionItemKind.Struct,
      }));
    }
    case 'requirements':
      return [...requirementSnippets()].map(([type, snippet]) => ({
        ...{ label: type, snippet: `[${snippet}]`, doc: `A list with one requirement, ${type}.` },
        kind: CompletionItemKind.Struct,
      }));
    default:
      return [];
  }
}

function toItem(
  { label, snippet, doc, first, kind }: Offer,
  separator: string,
  replaced: Span,
  snapshot: Snapshot,
  { client }: FeatureContext,
): CompletionItem {
  const isSnippet = client.snippets === true && snippet !== plain(snippet);
  return {
    label: label === '' ? '""' : label,
    kind,
    documentation: { kind: MarkupKind.Markdown, value: doc },
    // Before what an editor's own JSON support offers, which is whatever stands in the file already.
    sortText: `!${first === true ? '0' : '1'}${label}`,
    // Clients hold it against the text that is replaced, which begins with a quote.
    filterText: JSON.stringify(label),
    insertTextFormat: isSnippet ? InsertTextFormat.Snippet : InsertTextFormat.PlainText,
    textEdit: {
      range: rangeOf(snapshot, replaced),
      newText: (isSnippet ? snippet : plain(snippet)) + separator,
    },
  };
}
