import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { removeId, setId, writtenId } from '../../server/src/features/image-id.ts';
import { open } from '../helpers/editor.ts';
import { IMAGE_ID } from '../helpers/records.ts';

/** An object somewhere in a document. */
function opened(object: string) {
  const { snapshot } = open(`{ "image": ${object} }`, 'jsonc');
  const start = '{ "image": '.length;
  const span = { start, end: start + object.length };
  const objectAfter = (...edits: Parameters<typeof TextDocument.applyEdits>[1]): string =>
    TextDocument.applyEdits(snapshot.document, edits).slice(start, -2);
  return { snapshot, span, objectAfter };
}

function removed(object: string): string {
  const { snapshot, span, objectAfter } = opened(object);
  return objectAfter(...removeId(snapshot, span));
}

describe('removeId', () => {
  const cases: readonly (readonly [what: string, before: string, after: string])[] = [
    ['in the middle', '{ "name": "a", "id": "x", "labels": [] }', '{ "name": "a", "labels": [] }'],
    ['at the end', '{"name":"a","id":"x"}', '{"name":"a"}'],
    ['first', '{\n\t"id": "x",\n\t"name": "a"\n}', '{\n\t"name": "a"\n}'],
    ['first, with a comment', '{ "id": "x", // why\n "name": "a" }', '{ // why\n "name": "a" }'],
    [
      'in the middle, with comments',
      '{ "name": "a", // a, b\n "id": "x", // why\n "labels": [] }',
      '{ "name": "a", // a, b\n // why\n "labels": [] }',
    ],
    [
      'at the end, with comments',
      '{ "name": "a", /* , */ "id": "x" // why\n }',
      '{ "name": "a" /* , */  // why\n }',
    ],
    ['at the end, before a comma', '{ "name": "a", "id": "x", }', '{ "name": "a", }'],
  ];
  for (const [what, before, after] of cases) {
    it(`takes the member out ${what}, and leaves comments`, () => assert.equal(removed(before), after));
  }

  it('undoes setId', () => {
    for (const before of [
      '{"name":"a"}',
      '{ "name" : "a", "labels": [] }',
      '{\r\n\t"labels": [],\r\n\t"name": "a" // why\r\n}',
      '{ "name": "a" /* b, c */, "labels": [] }',
    ]) {
      const { snapshot, span, objectAfter } = opened(before);
      const edit = setId(snapshot, span, IMAGE_ID);
      assert.ok(edit);
      const after = objectAfter(edit);
      assert.match(after, new RegExp(IMAGE_ID));
      assert.equal(removed(after), before);
    }
  });

  it('leaves an image its only name', () => {
    for (const object of ['{ "id": "x" }', '{ "name": "", "id": "x" }', '{ "name": "a" }', '{}', '{ "id": '])
      assert.equal(removed(object), object);
  });
});

describe('writtenId', () => {
  it('is a text that is not empty', () => {
    const idOf = (object: string): string | undefined => {
      const { snapshot, span } = opened(object);
      return writtenId(snapshot, span);
    };
    assert.equal(idOf('{ "name": "a", "id": "x" }'), 'x');
    for (const object of ['{ "id": "" }', '{ "id": null }', '{ "id": 1 }', '{ "name": "a" }', '[]', '{'])
      assert.equal(idOf(object), undefined, object);
  });
});
