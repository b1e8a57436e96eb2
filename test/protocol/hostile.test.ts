import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { FIRST_IMAGE, POD_URI, podOf, workbench } from './fixture.ts';
import type { Workbench } from './fixture.ts';

/** The server still answers, and has logged no failure. */
async function assertWell({ client }: Workbench): Promise<void> {
  const uri = 'file:///pods/probe.yaml';
  await client.open(uri, podOf('Nginx'));
  assert.equal((await client.diagnostics(uri)).length, 1);
  assert.deepEqual(
    client.received.logged.filter((message) => message.includes('failed')),
    [],
  );
}

describe('hostile input', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['a byte order mark alone', '\ufeff'],
    [
      'binary',
      Array.from({ length: 4096 }, (_, index) => String.fromCharCode((index * 7919) % 0xd7ff)).join(''),
    ],
    ['lone surrogates', `image: \ud800\n${podOf('\udfff')}`],
    ['deep flow', `${'['.repeat(20_000)}${podOf('nginx')}`],
    ['deep JSON', `${'{"a":'.repeat(20_000)}1`],
    [
      'an alias bomb',
      `a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\nspec: {containers: [*d,*d,*d,*d,*d,*d,*d,*d]}\nkind: Pod`,
    ],
    ['an alias of itself', '&a\nkind: Pod\nspec: *a\n'],
    ['a megabyte on one line', `image: ${'a'.repeat(1 << 20)}`],
    ['a long image', podOf(`r.example/${'a/'.repeat(50_000)}a`)],
    ['many documents', `${podOf('nginx:1')}---\n`.repeat(2_000)],
  ];
  for (const language of ['yaml', 'json']) {
    it(`as ${language} is answered like any other`, async () => {
      await using bench = await workbench();
      const { client } = bench;
      for (const [what, text] of texts) {
        const uri = `file:///${encodeURIComponent(what)}`;
        await client.open(uri, text, language);
        await client.diagnostics(uri);
        await client.hover(uri, FIRST_IMAGE);
        await client.inlayHints(uri);
        await client.codeLenses(uri);
        await client.codeActions(uri, { start: { line: 0, character: 0 }, end: FIRST_IMAGE });
        await client.images({ uri, which: 'all' });
        await client.closeDocument(uri);
      }
      await assertWell(bench);
    });
  }

  it('as positions that are nowhere is answered', async () => {
    await using bench = await workbench();
    const { client } = bench;
    await client.open(POD_URI, podOf('nginx'));
    for (const position of [
      { line: 1e9, character: 1e9 },
      { line: -5, character: -5 },
    ]) {
      await client.hover(POD_URI, position);
      await client.inlayHints(POD_URI, { start: position, end: position });
    }
    await assertWell(bench);
  });

  it('as parameters of the wrong form costs no more than their answer', async () => {
    await using bench = await workbench();
    const { connection } = bench.client;
    assert.equal(await connection.sendRequest('textDocument/hover', {}), null);
    assert.deepEqual(await connection.sendRequest('larder/images', null), []);
    await connection.sendNotification('larder/network', { proxy: 7, noProxy: 'all', certificates: [null] });
    await connection.sendNotification('workspace/didChangeConfiguration', { settings: 'none' });
    await assert.rejects(connection.sendRequest('textDocument/unheardOf', {}), { code: -32601 });
    await bench.client.open(POD_URI, podOf('Nginx'));
    assert.equal((await bench.client.diagnostics(POD_URI)).length, 1);
  });

  it('as a message that is not JSON costs no more than that message', async () => {
    await using bench = await workbench();
    const { client } = bench;
    const garbage = Buffer.from('{"jsonrpc": not json at all \xff');
    client.server.stdin.write(`Content-Length: ${garbage.length}\r\n\r\n`);
    client.server.stdin.write(garbage);
    await assertWell(bench);
  });

  it('as a stream that is no protocol at all ends the server when the stream ends', async () => {
    await using bench = await workbench();
    const { server } = bench.client;
    server.stdin.end('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    if (server.exitCode === null) await once(server, 'exit');
    assert.notEqual(server.exitCode, null);
  });
});
