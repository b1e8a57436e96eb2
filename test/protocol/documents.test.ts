import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FIRST_IMAGE, POD_URI, podOf, workbench } from './fixture.ts';

const at = (line: number, character: number) => ({ line, character });
const codes = (diagnostics: readonly { code?: unknown }[]) => diagnostics.map(({ code }) => code);

describe('an open document', () => {
  it('has its diagnostics pulled, with a link to the page of each rule', async () => {
    await using bench = await workbench();
    await bench.client.open(POD_URI, podOf('nginx:1.27 always', 'Nginx', 'redis:7 Never'));
    const diagnostics = await bench.client.diagnostics(POD_URI);
    assert.deepEqual(codes(diagnostics), ['unknown-pull-policy', 'invalid-reference', 'never-but-missing']);
    for (const { codeDescription } of diagnostics) {
      const href = codeDescription?.href ?? '';
      assert.match(href, /^file:.*\/docs\/rules\/[a-z-]+\.md$/);
    }
  });

  it('is answered for as it is after each edit', async () => {
    await using bench = await workbench();
    await bench.client.open(POD_URI, podOf('Nginx'));
    assert.deepEqual(codes(await bench.client.diagnostics(POD_URI)), ['invalid-reference']);
    await bench.client.change(POD_URI, { range: { start: at(7, 13), end: at(7, 14) }, text: 'n' });
    assert.deepEqual(codes(await bench.client.diagnostics(POD_URI)), []);
    assert.match(await bench.client.hover(POD_URI, FIRST_IMAGE), /library\/nginx:latest/);
    await bench.client.change(POD_URI, { text: podOf('redis:7') });
    assert.match(await bench.client.hover(POD_URI, FIRST_IMAGE), /library\/redis:7/);
  });

  it('is forgotten when it is closed', async () => {
    await using bench = await workbench();
    await bench.client.open(POD_URI, podOf('Nginx'));
    assert.equal((await bench.client.diagnostics(POD_URI)).length, 1);
    await bench.client.closeDocument(POD_URI);
    assert.deepEqual(await bench.client.diagnostics(POD_URI), []);
    assert.equal(await bench.client.hover(POD_URI, FIRST_IMAGE), '');
  });

  it('has a hover, hints, lenses and actions', async () => {
    await using bench = await workbench();
    await bench.client.open(POD_URI, podOf('nginx:1.27', 'redis:7'));
    assert.match(await bench.client.hover(POD_URI, FIRST_IMAGE), /Not in the store/);
    const hints = await bench.client.inlayHints(POD_URI);
    assert.deepEqual(
      hints.map(({ label }) => label),
      ['not in store', 'not in store'],
    );
    const lenses = await bench.client.codeLenses(POD_URI);
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['2 images: 2 missing', 'Fetch missing', 'Prepare'],
    );
    const actions = await bench.client.codeActions(POD_URI, { start: FIRST_IMAGE, end: FIRST_IMAGE });
    assert(actions.some(({ command }) => command?.command === 'larder.fetch'));
  });

  it('says which images a command of the palette means', async () => {
    await using bench = await workbench();
    await bench.client.open(POD_URI, podOf('nginx:1.27', 'redis:7 Always', 'redis:6 Never'));
    const which = { uri: POD_URI, which: 'policy' } as const;
    assert.deepEqual(await bench.client.images(which), [
      { image: 'nginx:1.27', syntax: 'docker', mode: 'default' },
      { image: 'redis:7', syntax: 'docker', mode: 'remote' },
    ]);
    assert.deepEqual(await bench.client.images({ uri: POD_URI, position: FIRST_IMAGE, which: 'all' }), [
      { image: 'nginx:1.27', syntax: 'docker', mode: 'remote' },
    ]);
    assert.deepEqual(await bench.client.images({ uri: 'file:///not/open.yaml', which: 'all' }), []);
  });

  it('is read as JSON or as YAML, by its language', async () => {
    await using bench = await workbench();
    const pod = { apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'c', image: 'Nginx' }] } };
    const documents = [
      ['json', JSON.stringify(pod)],
      ['jsonc', `// a pod\n${JSON.stringify(pod)}`],
      ['helm', `{{- if .Values.on }}\n${podOf('Nginx')}{{- end }}\n`],
    ] as const;
    for (const [language, text] of documents) {
      const uri = `file:///pods/pod.${language}`;
      await bench.client.open(uri, text, language);
      assert.deepEqual(codes(await bench.client.diagnostics(uri)), ['invalid-reference'], language);
    }
  });

  it('is shown by the settings as they are now', async () => {
    await using bench = await workbench({ settings: { inlineStatus: 'off' } });
    await bench.client.open(POD_URI, podOf('Nginx', 'redis:7'));
    assert.deepEqual(await bench.client.inlayHints(POD_URI), []);
    const { refreshes } = bench.client.received;
    const before = { ...refreshes };
    await bench.client.changeSettings({
      store: { path: bench.store },
      diagnostics: { severity: { 'invalid-reference': 'off' } },
    });
    await bench.client.received.until('a refresh of all', () =>
      [
        refreshes.diagnostics > before.diagnostics,
        refreshes.inlayHints > before.inlayHints,
        refreshes.codeLenses > before.codeLenses,
      ].every(Boolean),
    );
    assert.equal((await bench.client.inlayHints(POD_URI)).length, 1);
    assert.deepEqual(await bench.client.diagnostics(POD_URI), []);
  });
});
