import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { TextDocumentEdit, WorkspaceEdit } from 'vscode-languageserver';
import { openStore } from '../../server/src/engine/store/store.ts';
import { Command } from '../../server/src/protocol.ts';
import type { PinResult } from '../../server/src/protocol.ts';
import { PLAIN } from '../helpers/vscode-capabilities.ts';
import { dockerRemote, importImage, sha256, testHost } from '../engine/store/fixture.ts';
import { FIRST_IMAGE, POD_URI, podOf, untilHint, workbench } from './fixture.ts';
import type { Workbench } from './fixture.ts';

const PINNED = `registry.example/web:1@${sha256('web')}`;

const IN_STORE = 'in store, checked just now';

/** A server whose store has `registry.example/web:1`, fetched by its tag. */
async function benchWithImage(): Promise<Workbench> {
  const bench = await workbench();
  const store = await openStore(testHost(), bench.store);
  const imageId = await importImage(store, 'web');
  await store.recordRemote(dockerRemote('web', imageId, { checkedAt: Date.now() }));
  await store.close();
  return bench;
}

/** Makes the edits of one document, as an editor does. */
function edited(text: string, { documentChanges = [] }: WorkspaceEdit, uri: string): string {
  const document = TextDocument.create(uri, 'yaml', 1, text);
  const changes = documentChanges as TextDocumentEdit[];
  const edits = changes
    .filter(({ textDocument }) => textDocument.uri === uri)
    .flatMap((change) => change.edits);
  return TextDocument.applyEdits(document, edits as Parameters<typeof TextDocument.applyEdits>[1]);
}

describe('pins', () => {
  it('are made and undone in an open document, whose image the store still has', async () => {
    await using bench = await benchWithImage();
    const { client } = bench;
    const text = podOf('registry.example/web:1', 'nginx:1');
    await client.open(POD_URI, text);
    await untilHint(bench, POD_URI, IN_STORE);
    const titles = (await client.codeActions(POD_URI, { start: FIRST_IMAGE, end: FIRST_IMAGE })).map(
      ({ title }) => title,
    );
    const [pin] = titles.filter((title) => title.startsWith('Pin "registry.example/web:1" to the digest'));
    assert.ok(pin, titles.join());
    assert(titles.includes('Pin all images of the workspace…'));

    const argument = { scope: 'file', uri: POD_URI };
    const result = await client.execute<PinResult>(Command.pin, { ...argument, what: 'pin' });
    assert.deepEqual(result, { applied: true, images: 1, files: 1, unknown: 1 });
    const [asked] = client.received.edits;
    assert.ok(asked);
    assert.equal(asked.edit.changeAnnotations, undefined);
    const pinned = edited(text, asked.edit, POD_URI);
    assert.equal(pinned, text.replace('registry.example/web:1', PINNED));

    await client.change(POD_URI, { text: pinned });
    const hints = await client.inlayHints(POD_URI);
    assert.deepEqual(
      hints.map(({ label }) => label),
      ['pinned, in store', 'not in store'],
    );
    assert.match(await client.hover(POD_URI, FIRST_IMAGE), /a digest cannot change/);

    await client.execute(Command.pin, { ...argument, what: 'unpin' });
    const unpin = client.received.edits[1];
    assert.ok(unpin);
    assert.equal(edited(pinned, unpin.edit, POD_URI), text);
  });

  it('are made in the whole workspace once a person has confirmed the edit', async () => {
    await using bench = await benchWithImage();
    const { client } = bench;
    const folder = join(dirname(bench.store), 'manifests');
    await fs.mkdir(folder);
    const [closed, other] = [join(folder, 'closed.yaml'), join(folder, 'other.json')];
    const text = podOf('registry.example/web:1');
    await fs.writeFile(closed, text);
    await fs.writeFile(other, '{}');
    client.received.folders = [pathToFileURL(folder).href];
    await client.open(POD_URI, text);
    await untilHint(bench, POD_URI, IN_STORE);

    client.received.acceptsEdits = false;
    const argument = { scope: 'workspace', what: 'pin' };
    assert.equal((await client.execute<PinResult>(Command.pin, argument)).applied, false);
    assert.deepEqual(client.received.shown, ['Pin 2 images in 2 files to the digests in the store?']);
    assert.equal(client.received.edits.length, 0, 'nothing without a yes');
    client.received.choice = 'Choose Which…';
    const result = await client.execute<PinResult>(Command.pin, argument);
    assert.deepEqual(result, { applied: false, images: 2, files: 2, unknown: 0 });
    const [asked] = client.received.edits;
    assert.ok(asked);
    assert.deepEqual(
      Object.values(asked.edit.changeAnnotations ?? {}).map(({ needsConfirmation }) => needsConfirmation),
      [true],
    );
    const uri = pathToFileURL(closed).href;
    for (const each of [POD_URI, uri])
      assert.equal(edited(text, asked.edit, each), text.replace('registry.example/web:1', PINNED));
    assert.equal(await fs.readFile(closed, 'utf8'), text, 'only the client edits');
  });

  it('are not offered to a client that makes no edits, and refused with a sentence', async () => {
    await using bench = await workbench({ capabilities: PLAIN });
    await bench.client.open(POD_URI, podOf('nginx'));
    await assert.rejects(bench.client.execute(Command.pin, { scope: 'file', uri: POD_URI, what: 'pin' }), {
      message: /this editor makes no edits/,
    });
  });
});
