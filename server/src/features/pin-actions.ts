import { CodeActionKind } from 'vscode-languageserver';
import type { CodeAction } from 'vscode-languageserver';
import { age } from '../domain/age.ts';
import { quote } from '../domain/quote.ts';
import type { Span } from '../manifest/manifest.ts';
import { Command } from '../protocol.ts';
import type { PinArguments } from '../protocol.ts';
import { findPins } from './find-pins.ts';
import { REWRITE_KIND } from './id-actions.ts';
import type { Pin, PinWhat } from './pin.ts';
import type { FeatureContext, Snapshot } from './snapshot.ts';

/** Of a digest, as many hex digits as people compare. */
const SHORT = 12;

const WHAT: readonly PinWhat[] = ['pin', 'update', 'unpin'];

/**
 * Actions that pin the images in a span to the digests that the store has for them, that undo it, and that follow a tag which has
 * moved. What is about a whole file or the workspace is a command: here only the span is looked at.
 */
export function pinActions(snapshot: Snapshot, span: Span, context: FeatureContext): CodeAction[] {
  return WHAT.flatMap((what) => {
    const { pins } = findPins(snapshot, what, context, span);
    if (pins.length === 0) return [];
    const more = context.client.appliesEdits === true ? wider(snapshot, what) : [];
    // The ID of an app's image has an action of its own, which sets it whether or not there is another.
    const here = what === 'unpin' ? pins : pins.filter(({ source }) => source.syntax === 'docker');
    return here.length === 0 ? more : [onSpot(snapshot, what, here, context), ...more];
  });
}

function onSpot(
  snapshot: Snapshot,
  what: PinWhat,
  pins: readonly Pin[],
  context: FeatureContext,
): CodeAction {
  const [first, ...others] = pins;
  const title = first && others.length === 0 ? titleOf(snapshot, what, first, context) : ofMany(what, pins);
  const changes = { [snapshot.document.uri]: pins.flatMap(({ edits }) => edits) };
  return { title, kind: what === 'unpin' ? REWRITE_KIND : CodeActionKind.QuickFix, edit: { changes } };
}

function titleOf(
  { document }: Snapshot,
  what: PinWhat,
  { source, name, pin, record }: Pin,
  { now }: FeatureContext,
): string {
  const { span, definition } = source.image;
  const where = definition
    ? `, where ${quote(document.getText().slice(span.start, span.end))} is defined`
    : '';
  const image = quote(name);
  if (pin === undefined) return `Unpin ${image}${where}`;
  const checkedAt = record?.remote?.checkedAt ?? null;
  const checked = checkedAt === null ? 'never checked' : `checked ${age(checkedAt, now)}`;
  if (what === 'update') return `Update pin of ${image} to ${short(pin)} (${checked})${where}`;
  const moved = record?.remote?.docker?.movedTo ? '; the tag has moved since' : '';
  return `Pin ${image} to the digest in the store (${short(pin)}, ${checked}${moved})${where}`;
}

function ofMany(what: PinWhat, { length }: readonly Pin[]): string {
  switch (what) {
    case 'pin':
      return `Pin ${length} images to their digests in the store`;
    case 'update':
      return `Update the pins of ${length} images`;
    case 'unpin':
      return `Unpin ${length} images`;
  }
}

const OF_FILE: Readonly<Record<PinWhat, string>> = {
  pin: 'Pin all images of this file',
  update: 'Update all pins of this file',
  unpin: 'Unpin all images of this file',
};

function wider({ document: { uri } }: Snapshot, what: PinWhat): CodeAction[] {
  const action = (title: string, argument: PinArguments): CodeAction => ({
    title,
    kind: REWRITE_KIND,
    command: { title, command: Command.pin, arguments: [argument] },
  });
  return [
    action(OF_FILE[what], { scope: 'file', uri, what }),
    ...(what === 'pin' ? [action('Pin all images of the workspace…', { scope: 'workspace', what })] : []),
  ];
}

function short(pin: string): string {
  return pin.slice(0, pin.indexOf(':') + 1 + SHORT);
}
