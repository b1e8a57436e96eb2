import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { workspaceEdit } from '../../server/src/features/workspace-edit.ts';

const start = { line: 0, character: 0 };
const edit = { range: { start, end: start }, newText: '@' };
const DOCUMENTS = [
  { uri: 'file:///open.yaml', version: 7, edits: [edit, edit] },
  { uri: 'file:///closed.yaml', version: null, edits: [edit] },
];

describe('workspaceEdit', () => {
  it('names the version of each document, and asks for confirmation where a person is to give it', () => {
    const client = { documentChanges: true, changeAnnotations: true };
    const annotated = { ...edit, annotationId: 'larder' };
    assert.deepEqual(workspaceEdit(DOCUMENTS, 'Pin images', client), {
      documentChanges: [
        { textDocument: { uri: 'file:///open.yaml', version: 7 }, edits: [annotated, annotated] },
        { textDocument: { uri: 'file:///closed.yaml', version: null }, edits: [annotated] },
      ],
      changeAnnotations: { larder: { label: 'Pin images', needsConfirmation: true } },
    });
  });

  it('asks for none where nobody is to confirm, or the client cannot ask', () => {
    const expected = {
      documentChanges: DOCUMENTS.map(({ uri, version, edits }) => ({
        textDocument: { uri, version },
        edits,
      })),
    };
    const client = { documentChanges: true, changeAnnotations: true };
    assert.deepEqual(workspaceEdit(DOCUMENTS, undefined, client), expected);
    assert.deepEqual(workspaceEdit(DOCUMENTS, 'Pin', { documentChanges: true }), expected);
  });

  it('is a plain list of changes for a client that knows nothing else', () => {
    assert.deepEqual(workspaceEdit(DOCUMENTS, 'Pin', { changeAnnotations: true }), {
      changes: { 'file:///open.yaml': [edit, edit], 'file:///closed.yaml': [edit] },
    });
  });
});
