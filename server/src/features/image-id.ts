import { findNodeAtLocation, parseTree, visit } from 'jsonc-parser';
import type { Node } from 'jsonc-parser';
import type { TextEdit } from 'vscode-languageserver';
import type { Span } from '../manifest/manifest.ts';
import { rangeOf } from './snapshot.ts';
import type { Snapshot } from './snapshot.ts';

/** The members of the object that names an image in an app. */
interface ImageObject {
  readonly text: string;
  readonly root: Node | undefined;
  readonly name: Node | undefined;
  readonly id: Node | undefined;
}

/** The ID that is written in the object of an image; undefined when there is none. */
export function writtenId(snapshot: Snapshot, object: Span): string | undefined {
  const value: unknown = readObject(snapshot, object).id?.value;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/**
 * Writes an ID into the object of an image, in the form in which its members are written.
 * @returns undefined when the ID is there already
 */
export function setId(snapshot: Snapshot, object: Span, imageId: string): TextEdit | undefined {
  const { text, name, id } = readObject(snapshot, object);
  const replace = editor(snapshot, object);
  if (id) {
    return id.value === imageId ? undefined : replace(id.offset, id.offset + id.length, `"${imageId}"`);
  }
  if (!name) return undefined;
  // The new member is set off as the first one is, and its colon as that of the name.
  const [, gap = ''] = /^\{(\s*)/.exec(text) ?? [];
  const [colon = ':'] = /:\s*$/.exec(text.slice(0, name.offset)) ?? [];
  const at = name.offset + name.length;
  return replace(at, at, `,${gap}"id"${colon}"${imageId}"`);
}

/**
 * Takes the ID out of the object of an image, and leaves its comments. It undoes {@link setId}.
 * @returns no edits when there is none, or nothing else that would name the image
 */
export function removeId(snapshot: Snapshot, object: Span): TextEdit[] {
  const { text, root, name, id } = readObject(snapshot, object);
  const member = id?.parent;
  if (root?.children === undefined || member === undefined || !name?.value) return [];
  const remove = editor(snapshot, object);
  const [start, end] = [member.offset, member.offset + member.length];
  const at = root.children.indexOf(member);
  const [before, next] = [root.children[at - 1], root.children[at + 1]];
  const endOfBefore = before && before.offset + before.length;
  if (endOfBefore !== undefined && /^[\s,]*$/.test(text.slice(endOfBefore, start))) {
    return [remove(endOfBefore, end, '')];
  }
  // Comments stay where they are, so only the comma goes that the member no longer needs.
  const comma = commaIn(text, next ? end : (endOfBefore ?? end), next ? text.length : start);
  if (comma === undefined) return [];
  if (!next) return [remove(comma, comma + 1, ''), remove(start, end, '')];
  const [gap = ''] = /^\s*/.exec(text.slice(comma + 1)) ?? [];
  return [remove(start, comma + 1 + gap.length, '')];
}

function readObject({ document }: Snapshot, { start, end }: Span): ImageObject {
  const text = document.getText().slice(start, end);
  const root = parseTree(text);
  const member = (key: string): Node | undefined => root && findNodeAtLocation(root, [key]);
  return { text, root, name: member('name'), id: member('id') };
}

/** Makes edits whose offsets count from the start of an object. */
function editor(snapshot: Snapshot, { start }: Span): (from: number, to: number, text: string) => TextEdit {
  return (from, to, newText) => ({
    range: rangeOf(snapshot, { start: start + from, end: start + to }),
    newText,
  });
}

/** The first comma between two offsets that is not in a comment. */
function commaIn(text: string, from: number, to: number): number | undefined {
  let found: number | undefined;
  visit(text, {
    onSeparator: (character, offset) => {
      if (character === ',' && offset >= from && offset < to) found ??= offset;
    },
  });
  return found;
}
